/* The lease protocol of service/node.go, service/propagation.go and service/cache.go, for spin.
 *
 * Claim: once a call that took rights away has returned, no check that begins later is answered
 * from the state before it, on any node.
 *
 * Steps. Each step below is one statement to the database or one thing that a node does in
 * memory; steps of different processes follow each other in any order. A step that is never taken
 * is a crash, a lost message, a cut line or a pause; one that comes late is a slow one. So no
 * process here has a branch for trouble.
 *
 * Time. The clock may tick between any two steps. A lease lasts LEASE ticks. Node.renew counts it
 * from before it sends the renewal and 5 % shorter, Propagation counts 5 % longer: the model has
 * no margins, but it lets every clock run at exactly the same rate, which is the worst case of
 * clocks that differ by less than the margins.
 *
 * Shape: -DNODES, -DTOKENS (1 or 2), -DLEASE; -DENABLE: the first caller also gives the rights
 * back; -DSTAY: nodes do not leave, and rows stay; -DBOUND: no caller waits for longer than a
 * lease, either; -DCLAIMONLY: no other assertion than the claim. Two callers always.
 *
 * Faults, each of which must break the claim: -DFAULT= one of these. */
#define SAME_STATEMENT  1  /* Node.renew reads the sequence in the statement that commits the lease */
#define TRUST_FIRST     2  /* Node.renew trusts the lease, and catches up then */
#define COUNT_LATE      3  /* Node.renew takes the time when all is done */
#define REPORT_FIRST    4  /* Node.catchUp reports before it drops */
#define SKIP_GAP        5  /* Node.apply drops the last change only, and takes all as applied */
#define NUMBER_EARLY    6  /* Changes.Append takes a number without a lock till the commit */
#define KEEP_OLD_LOAD   7  /* Cache keeps what a load brings that began before a drop */
#define JOIN_OLD_LOAD   8  /* a check joins such a load */
#define CACHE_FIRST     9  /* Verifier.prove looks into the cache, and at the lease then */
#define NO_LEASE       10  /* Verifier.prove does not look at the lease */
#define LOOK_EARLY     11  /* Propagation.wait reads the nodes before the change commits */
#define SAME_IS_DONE   12  /* Tokens.unchanged: a call that finds nothing to change does not wait */
#define TAKE_OVER_ROW  13  /* Node.ID is not new for each process */
#define REMOVE_LIVING  14  /* Node.removeDead removes a row that was renewed meanwhile */
#define RENEW_NO_ROW   15  /* Nodes.Renew does not say that the row is gone */
#define LEAVE_FIRST    16  /* Node.leave removes the row, and then gives up the lease */
/* What the protocol does not stand, each of which must break the claim, too: */
#define SLOW_CLOCK     17  /* a node's clock loses more than the margin within a lease */
#define LOST_COMMIT    18  /* a standby without the last commit becomes the primary */
/* For -DBOUND: */
#define SILENT         19  /* nodes renew, but never report */
#define LOOK_AGAIN     20  /* likewise, and callers read anew when a lease ends, and wait for that */

#ifndef FAULT
#define FAULT 0
#endif
#ifndef NODES
#define NODES 1
#endif
#ifndef TOKENS
#define TOKENS 1
#endif
#ifndef LEASE
#define LEASE 2
#endif
#define fault(f) (FAULT == f)
#define CALLERS 2
#define EMPTY 99                      /* nothing cached */

#ifdef STAY
#define leaving 0
#else
#define leaving 1
#endif
#define watched(n) (n == 0)           /* nodes are alike: what is shown of one holds for all */
#define row(n) (fault(TAKE_OVER_ROW) -> 0 : n)
#define cached(n, t) cache[(n) * TOKENS + (t)]
#define waits(c, n) wait_for[(c) * NODES + (n)]
#define has_rights(v) (v == 0 || gives[v])
#define claim(v, floor) assert(!(has_rights(v) && v < (floor)))
#define less(x) if :: x > 0 -> x-- :: else fi
#define at_least(x, y) if :: x < (y) -> x = (y) :: else fi

/* The database, as committed. The version of a token is the number of its last change. */
byte sequence, unlocked;              /* change_sequence; a sequence that nobody locks */
byte names[5]; bit gives[5];          /* change_log: token + 1, and whether it has rights then */
byte version[TOKENS];
bit token_lock[TOKENS], sequence_lock;
bit row_there[NODES];                 /* nodes: a row, */
byte row_lease[NODES];                /*   ticks since it was renewed, counted down, */
byte row_applied[NODES];              /*   and the number it has reported */

/* The nodes' memory. */
byte lease[NODES], asked[NODES];      /* ticks left of the lease trusted, and of the one asked for */
byte applied[NODES];
bit joined[NODES], left[NODES];
byte cache[NODES * TOKENS];           /* a version, or EMPTY */
mtype = { none, asking, back };
mtype load[NODES];                    /* a load under way, one at a time */
byte load_token[NODES], load_version[NODES];
bit load_dropped[NODES];              /* a drop has overtaken it */

/* The callers, and what is promised: checks see at least version floor. */
byte number[CALLERS], wait_for[CALLERS * NODES], waited[CALLERS];
bit waiting[CALLERS], forgotten;
byte floor[TOKENS];

/* Cache.Drop: counts for a load under way, too. */
inline drop(n, t) {
	cached(n, t) = EMPTY;
	if :: load[n] != none && load_token[n] == t -> load_dropped[n] = 1 :: else fi
}

/* Node.apply: drop what the log names after applied, up to last. */
inline apply(n, last) {
	k = applied[n] + 1;
	do
	:: k > last -> break
	:: k <= last && names[k] > 0 && !(fault(SKIP_GAP) && k < last) -> drop(n, names[k] - 1); k++
	:: else -> k++
	od;
	k = 0;
	at_least(applied[n], last)
}

inline trust(n) {
	at_least(lease[n], (fault(COUNT_LATE) && watched(n) -> LEASE : asked[n] + fault(SLOW_CLOCK)));
	joined[n] = 1
}

/* Node.Run: renew, again and again, and leave at last. */
proctype Renew(byte n) {
	byte last, k;
	do
	:: d_step { !left[n] ->                       /* renew: take the time, */
	     asked[n] = (watched(n) -> LEASE : 0);
	     last = (fault(SAME_STATEMENT) -> sequence : 0) };
	   if                                         /* commitLease: */
	   :: d_step { row_there[row(n)] || fault(RENEW_NO_ROW) && joined[n] ->
	        row_lease[row(n)] = LEASE }           /*   Nodes.Renew, */
	   :: d_step { !row_there[row(n)] && !(fault(RENEW_NO_ROW) && joined[n]) ->
	        lease[n] = 0; applied[n] = 0;         /*   or, if the row is gone, drop everything */
	        k = 0; do :: k < TOKENS -> drop(n, k); k++ :: else -> break od; k = 0 };
	      d_step { row_applied[row(n)] = 0;       /*   and Nodes.Register */
	        row_there[row(n)] = 1; row_lease[row(n)] = LEASE }
	   fi;
	   d_step {                                   /* catchUp: read the sequence, */
	     last = (fault(SAME_STATEMENT) -> last : sequence);
	     if :: fault(TRUST_FIRST) -> trust(n) :: else fi };
	   if
	   :: d_step { apply(n, last); trust(n); asked[n] = 0; last = 0 }
	   :: d_step { asked[n] = 0; last = 0 }       /* no answer in time */
	   fi
	:: d_step { leaving && joined[n] && !left[n] -> left[n] = 1; /* leave */
	     if :: fault(LEAVE_FIRST) -> row_there[row(n)] = 0 :: else -> lease[n] = 0 fi };
	   d_step { row_there[row(n)] = 0; lease[n] = 0 };
	   break
	od
}

/* Node.CatchUp, upon an announcement or for a caller on this node, and Nodes.Report. */
proctype CatchUp(byte n) {
	byte k;
	do
	:: d_step { joined[n] && applied[n] < sequence -> apply(n, sequence) }
	:: d_step { row_there[row(n)] && applied[n] > row_applied[row(n)] && !fault(SILENT) && !fault(LOOK_AGAIN) ->
	     row_applied[row(n)] = applied[n] }
	:: d_step { fault(REPORT_FIRST) && row_there[row(n)] && sequence > row_applied[row(n)] ->
	     row_applied[row(n)] = sequence }
	od
}

/* Node.removeDead of any other node. By its clock the row was not renewed for a whole lease, and
 * Nodes.Remove names the renewal that it saw. */
proctype RemoveDead() {
	do
	:: d_step { row_there[0] && (row_lease[0] == 0 || fault(REMOVE_LIVING)) -> row_there[0] = 0 }
	:: d_step { NODES == 2 && row_there[NODES - 1] && row_lease[NODES - 1] == 0 -> row_there[NODES - 1] = 0 }
	od
}

/* service.load: what a check that misses the cache starts, and others join. It may take for ever. */
proctype Load(byte n) {
	do
	:: atomic { joined[n] -> load[n] = asking;
	     if :: load_token[n] = 0 :: TOKENS == 2 -> load_token[n] = TOKENS - 1 fi };
	   d_step { load_version[n] = version[load_token[n]]; load[n] = back };
	   d_step {
	     if :: load_dropped[n] && !fault(KEEP_OLD_LOAD) :: else -> cached(n, load_token[n]) = load_version[n] fi;
	     load[n] = none; load_token[n] = 0; load_version[n] = 0; load_dropped[n] = 0 }
	od
}

/* Verifier.prove. One check at a time: checks touch each other only by loads. */
proctype Check() {
	byte t, f, v;
	do
	:: atomic {
	     if :: t = 0 :: TOKENS == 2 -> t = TOKENS - 1 fi;
	     if                                       /* Node.Holds ... */
	     :: lease[0] > 0 && !fault(CACHE_FIRST)
	     :: fault(NO_LEASE) && joined[0]
	     :: fault(CACHE_FIRST) -> v = cached(0, t)
	     :: else -> goto done                     /* else 503 */
	     fi;
#ifndef CLAIMONLY
	     /* What makes it work: a trusted lease is in the database, and its row can be seen. */
	     assert(row_lease[row(0)] > 0 && row_there[row(0)]);
#endif
	     f = floor[t] };
	   atomic { lease[0] > 0 || !fault(CACHE_FIRST) -> /* ... and then Cache.Token */
	     v = (fault(CACHE_FIRST) -> v : cached(0, t));
	     if
	     :: v != EMPTY -> claim(v, f)
	     :: v == EMPTY && load[0] == back && load_token[0] == t && (!load_dropped[0] || fault(JOIN_OLD_LOAD)) ->
	          claim(load_version[0], f)
	     :: else                                  /* a load that begins now sees all */
	     fi;
done:	     t = 0; f = 0; v = 0 }
	od
}

/* Propagation.wait reads the rows: for whom to wait, and for how long. */
inline look(c, n) {
	if
	:: row_there[n] && row_applied[n] < number[c] -> waits(c, n) = LEASE
	:: else
	fi
}

/* Propagation.look: a node has reported or left, or its lease has ended by the caller's clock. */
#define done_with(c, n) (!row_there[n] || row_applied[n] >= number[c] || \
	(fault(LOOK_AGAIN) -> row_lease[n] == 0 : waits(c, n) == 0))
#define all_done(c) (done_with(c, 0) && done_with(c, (NODES - 1)))

/* Tokens.step in Store.InTx: lock the token's row; take a number, which stays locked; commit. */
inline change(on) {
	if
	:: d_step { !token_lock[t] && has_rights(version[t]) == on -> /* Tokens.unchanged */
	     number[c] = sequence; v = version[t]; same = 1 }
	:: d_step { !token_lock[t] && has_rights(version[t]) != on && !sequence_lock -> token_lock[t] = 1;
	     if
	     :: fault(NUMBER_EARLY) -> unlocked++; number[c] = unlocked
	     :: else -> sequence_lock = 1; number[c] = sequence + 1
	     fi;
	     if :: fault(LOOK_EARLY) -> look(c, 0); look(c, (NODES - 1)) :: else fi };
	   d_step { v = number[c]; version[t] = v; names[v] = t + 1; gives[v] = on;
	     at_least(sequence, v); token_lock[t] = 0; sequence_lock = 0 }
	fi
}

/* A call that takes rights away: Tokens.Disable, and Propagation.Wait. */
proctype Call(byte c) {
	byte t, v;
	bit same;
	t = (TOKENS == 2 -> c : 0);
	change(0);
	d_step { waiting[c] = 1; if :: fault(LOOK_EARLY) && !same :: else -> look(c, 0); look(c, (NODES - 1)) fi };
	d_step { !(forgotten && c == 0) && (all_done(c) || fault(SAME_IS_DONE) && same) ->
	     at_least(floor[t], v);                   /* it returns */
	     waiting[c] = 0; waited[c] = 0; waits(c, 0) = 0; waits(c, (NODES - 1)) = 0;
	     number[c] = 0; v = 0; same = 0 };
#ifdef ENABLE
	if :: c == 0 -> change(1); d_step { number[c] = 0; v = 0; same = 0 } :: else fi
#endif
}

inline tick(n) { less(row_lease[n]); less(lease[n]); less(asked[n]); less(waits(0, n)); less(waits(1, n)) }
#ifdef BOUND
#define bounded(c) if :: waiting[c] && !all_done(c) -> assert(waited[c] < LEASE); waited[c]++ :: else fi
#else
#define bounded(c) skip
#endif

proctype Clock() {
	do :: d_step { bounded(0); bounded(1); tick(0); if :: NODES == 2 -> tick(NODES - 1) :: else fi } od
}

/* Once, at any time. */
proctype Mishap() {
	if
	:: d_step { fault(LOST_COMMIT) && waiting[0] && sequence == 1 && number[0] == 1 && number[1] == 0 && floor[0] == 0 ->
	     forgotten = 1; sequence = 0; version[0] = 0; names[1] = 0;
	     row_applied[0] = 0; row_applied[NODES - 1] = 0 }
	:: !fault(LOST_COMMIT)
	fi
}

init {
	byte i;
	atomic {
		do :: i < NODES * TOKENS -> cache[i] = EMPTY; i++ :: else -> break od;
		i = 0;
		do
		:: i < NODES -> load[i] = none; run Renew(i); run CatchUp(i); i++
		:: else -> break
		od;
		i = 0;
		run Load(0); if :: leaving -> run RemoveDead() :: else fi; run Check(); run Call(0); run Call(1); run Clock(); run Mishap()
	}
}
