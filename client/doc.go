// Package client calls a Tokenry server, and checks secrets in your own process.
//
// # Make a client
//
//	tokenry, err := client.New("https://tokens.example.com", os.Getenv("TOKENRY_SECRET"))
//
// The secret is one of a token of the operator account. To check secrets it
// needs the scope tokenry.verify, and nothing else. There is a method for every
// call of the API. Those that act in an account take [WithAccount]; those that
// make a secret have an idempotency key, and are repeated once by themselves.
//
// A failure that the server tells is an [*Error], with a Code for programs; no
// answer at all is a [*TransportError]. Neither ever has a secret in its text.
//
// # Check secrets
//
// [Client.VerifyToken] asks the server. A [Verifier] asks it too, and keeps the
// good answers, so that most checks cost under half a microsecond and no call:
//
//	verifier := client.NewVerifier(tokenry, client.VerifierOptions{})
//	defer verifier.Close()
//	…
//	answer, err := verifier.Verify(ctx, client.Question{
//		Secret: presented,
//		Scopes: []string{"orders.read"},
//	})
//	switch {
//	case err != nil: // there is no answer: refuse with 503
//	case !answer.Valid: // refuse; answer.Code says why
//	default: // answer.AccountID, answer.Claims …
//	}
//
// For HTTP there is [Middleware], which does all that and answers those it
// refuses; package echoauth has it for Echo. Handlers find the answer with
// [FromContext]. Ask by scope where you can: an answer is kept for the question
// it was given to, and with [MiddlewareOptions].Routes each path is another.
//
// # What an answer is worth
//
// An answer from the server is never older than the call: a token that was
// revoked, disabled or narrowed before you asked is refused. A kept answer may
// be older by [VerifierOptions].Bound, which is a second unless you set it.
//
// The Verifier follows the server's stream of changes and forgets what they
// name. Four times a second the server says that it has told everything. It may
// say so only while it holds its lease, as it may answer only then. The
// Verifier reckons with the time at which that was said and not that at which
// it was heard, so a line that is slow, or delivers late, does not make it
// believe in old answers; and it reckons so that it need not know the server's
// clock. It does assume that the clocks run at the same rate, to one part in a
// thousand.
//
// Only good answers of tokens' current secrets are kept: a refusal, or an old
// secret that a rotation has left some time, is asked about each time, and so a
// new token, or one that was enabled, works at once. An answer ends when the
// token expires, and in a minute at the latest, so that the server goes on
// seeing which tokens are in use. A check that is answered from memory is not
// in the server's counts of usage.
//
// Of a secret nothing is kept but its SHA-256.
//
// # Short-lived JWTs
//
// A Verifier takes a JWT that the server has issued where it takes a secret, and
// keeps answers about it as well. Set [VerifierOptions].Audience to whom the JWTs
// must be meant for.
//
// A [JWTVerifier] asks nothing about a JWT: it needs no secret, and goes on for
// longer when the server cannot be reached. It knows from the server's status
// lists what was taken away, within [JWTVerifierOptions].Bound:
//
//	tokenry, err := client.New("https://tokens.example.com", "")
//	…
//	verifier, err := client.NewJWTVerifier(tokenry, client.JWTVerifierOptions{
//		Issuer:   "https://tokens.example.com",
//		Audience: "https://api.example.com/",
//	})
//
// [Middleware] takes either.
//
// # When the server is away
//
// The stream breaks off, and a second later at the latest (the Bound) every
// check asks the server, and gives an error. There is no answer from memory then
// however long ago the server was last heard, and no setting that changes this:
// refuse with 503. [Verifier.Fresh] tells how things stand.
//
// Tokenry is built not to be away: its nodes answer through a failover of their
// database, and behind a balancer the stream goes to another node within a
// fraction of a second. When the server is back, the Verifier goes on where the
// stream ended, and what it kept is of use again.
//
// # Test your program
//
// Package clienttest is a small Tokenry in your test: it issues secrets, revokes
// them and goes away when told.
package client
