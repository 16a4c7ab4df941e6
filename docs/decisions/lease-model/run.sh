#!/bin/bash
# Checks lease.pml with spin: the protocol must hold, and every fault must break it.
# One line for each check; fails if one is not as expected. Needs spin, gcc and up to 8 GB.
set -u
cd "$(dirname "$0")" || exit 2
here=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unexpected=0

# check holds|breaks WHAT [-D...]
check() {
	local want=$1 what=$2 got=unknown mark=ok start=$SECONDS
	shift 2
	rm -rf "$work/check" && mkdir "$work/check" && cd "$work/check" || exit 2
	{ spin -a "$@" "$here/lease.pml" && gcc -O2 -DSAFETY -DCOLLAPSE -DMEMLIM=8000 -o pan pan.c; } >built 2>&1 || { cat built; exit 2; }
	./pan -m1000000 >result
	grep -q 'errors: 1' result && got=breaks
	grep -q 'errors: 0' result && ! grep -qE 'not completed|max search depth|MEMLIM|out of memory' result && got=holds
	[ $got = "$want" ] || { mark=UNEXPECTED; unexpected=1; }
	printf '%-10s %-6s  %-68s %9s states %4d s\n' $mark $got "$what" "$(awk '/states, stored/ { print $1 }' result)" $((SECONDS - start))
}

echo "The protocol:"
check holds "1 node, two calls"
check holds "1 node, two calls, rights given back between" -DENABLE
check holds "1 node, two calls on a token each" -DTOKENS=2
check holds "2 nodes that stay, two calls, a lease of one tick" -DNODES=2 -DLEASE=1 -DSTAY
echo "Nobody waits for longer than a lease:"
check holds "nodes that die, or report late" -DBOUND
check holds "nodes that renew and never report" -DBOUND -DFAULT=19
check breaks "the same, if callers read anew when a lease ends" -DBOUND -DFAULT=20
echo "Faults:"
fault() { check breaks "$(sed -n "s|^#define [A-Z_]* *$1 */\* \(.*\) \*/|\1|p" "$here/lease.pml")" -DCLAIMONLY -DFAULT="$@"; }
for number in {1..4} {7..12} {14..16}; do
	fault "$number"
done
fault 5 -DTOKENS=2
fault 6 -DTOKENS=2
fault 13 -DNODES=2 -DLEASE=1 -DSTAY
echo "What the protocol does not stand:"
fault 17
fault 18
exit $unexpected
