package client_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/tokenry/tokenry/client"
	"github.com/tokenry/tokenry/client/clienttest"
)

func ExampleVerifier() {
	tokenry := clienttest.NewServer() // in your program: client.New with the address of your Tokenry
	defer tokenry.Close()
	presented := tokenry.Issue(clienttest.Token{Scopes: []string{"orders.read"}})

	verifier := client.NewVerifier(tokenry.Client(), client.VerifierOptions{})
	defer verifier.Close()

	for _, scope := range []string{"orders.read", "orders.write"} {
		answer, err := verifier.Verify(context.Background(), client.Question{Secret: presented, Scopes: []string{scope}})
		switch {
		case err != nil:
			fmt.Println("no answer: refuse, with 503")
		case !answer.Valid:
			fmt.Println("refuse:", answer.Code, answer.MissingScopes)
		default:
			fmt.Println("let in, for the account", answer.AccountID)
		}
	}
	// Output:
	// let in, for the account account
	// refuse: insufficient_scope [orders.write]
}

func ExampleMiddleware() {
	tokenry := clienttest.NewServer()
	defer tokenry.Close()
	secret := tokenry.Issue(clienttest.Token{Name: "Nightly export", Scopes: []string{"orders.read"}})
	verifier := client.NewVerifier(tokenry.Client(), client.VerifierOptions{})
	defer verifier.Close()

	needs := func(scope string) func(http.Handler) http.Handler {
		return client.Middleware(verifier, client.MiddlewareOptions{Scopes: []string{scope}})
	}
	mux := http.NewServeMux()
	mux.Handle("GET /orders", needs("orders.read")(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "hello,", client.FromContext(r.Context()).Name)
	})))
	mux.Handle("POST /orders", needs("orders.write")(http.NotFoundHandler()))

	for _, method := range []string{http.MethodGet, http.MethodPost} {
		r := httptest.NewRequest(method, "/orders", http.NoBody)
		r.Header.Set("Authorization", "Bearer "+secret)
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		fmt.Printf("%d %q\n", w.Code, w.Header().Get("WWW-Authenticate"))
	}
	// Output:
	// 200 ""
	// 403 "Bearer realm=\"api\", error=\"insufficient_scope\", scope=\"orders.write\""
}

// With the server away there is no answer, whatever was kept.
func ExampleVerifier_Verify_away() {
	tokenry := clienttest.NewServer()
	defer tokenry.Close()
	secret := tokenry.Issue(clienttest.Token{})
	verifier := client.NewVerifier(tokenry.Client(), client.VerifierOptions{})
	defer verifier.Close()
	if _, err := verifier.Verify(context.Background(), client.Question{Secret: secret}); err != nil {
		log.Fatal(err)
	}

	tokenry.SetAway(true)
	for verifier.Fresh() { // for a second at most
		time.Sleep(time.Millisecond)
	}
	_, err := verifier.Verify(context.Background(), client.Question{Secret: secret})
	fmt.Println(err)
	// Output: try_again: The server is away.
}

func ExampleClient_Changes() {
	tokenry := clienttest.NewServer()
	defer tokenry.Close()
	secret := tokenry.Issue(clienttest.Token{})

	for change, err := range tokenry.Client().Changes(context.Background(), -1) {
		switch {
		case err != nil:
			log.Fatal(err) // in your program: wait, and go on after the last number
		case change.Kind == client.ChangeStart:
			tokenry.Revoke(secret)
		case change.Kind == client.ChangeToken:
			fmt.Println("forget the token of", change.ID == secret[4:26])
			return
		}
	}
	// Output: forget the token of true
}
