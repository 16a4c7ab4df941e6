package main

import (
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/tokenry/tokenry/internal/keys"
	"github.com/tokenry/tokenry/internal/secret"
)

// small is how many tokens each account has but the demo's, which has a tenth of
// all.
const small = 1000

// seeded is a database of tokens whose secrets follow from their numbers, 0 to
// tokens-1, so that they can be presented.
type seeded struct {
	*tokenry
	url    string
	tokens int
}

// seed starts Tokenry on a new database and fills that with tokens.
func (b *bench) seed(ctx context.Context, tokens int) (*seeded, error) {
	url, err := b.database(ctx)
	if err != nil {
		return nil, err
	}
	server, err := b.tokenry(ctx, url)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	s := &seeded{tokenry: server, url: url, tokens: tokens}
	if err := s.fill(ctx); err != nil {
		server.stop()
		return nil, fmt.Errorf("seed: %w", err)
	}
	fmt.Printf("\n%d tokens in %.0f s\n", tokens, time.Since(began).Seconds())
	return s, nil
}

// beside starts another node on the same database.
func (s *seeded) beside(ctx context.Context, b *bench, flags ...string) (*tokenry, error) {
	dir, err := b.folder("node")
	if err != nil {
		return nil, err
	}
	node, err := b.serve(ctx, dir, "TOKENRY_DATABASE_URL="+s.url, append(flags, "--root-key-file="+s.rootKey())...)
	if err != nil {
		return nil, err
	}
	node.secret = s.secret
	return node, nil
}

func (s *seeded) rootKey() string { return filepath.Join(filepath.Dir(s.log), "root.key") }

// size is what the database takes on disk.
func (s *seeded) size(ctx context.Context) (string, error) {
	conn, err := pgx.Connect(ctx, s.url)
	if err != nil {
		return "", err
	}
	defer conn.Close(ctx)
	var size string
	err = conn.QueryRow(ctx, "SELECT pg_size_pretty(pg_database_size(current_database()))").Scan(&size)
	return size, err
}

func (s *seeded) fill(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, s.url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	pepper, err := s.pepper(ctx, conn)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, `INSERT INTO accounts SELECT '02bench' || lpad(i::text, 15, '0'), type, 'Bench ' || i, 'bench ' || i,
		NULL, state, policy, created_at, updated_at FROM accounts, generate_series(0, $2::int / 1000) AS i WHERE id = $1`, demoAccount, s.tokens)
	if err != nil {
		return err
	}
	return withoutIndexes(ctx, conn, func() error {
		// The accounts are there: nobody need look for each token.
		if _, err := conn.Exec(ctx, "SET session_replication_role = replica"); err != nil {
			return err
		}
		if _, err := conn.PgConn().CopyFrom(ctx, &rows{pepper: pepper, tokens: s.tokens}, copyTokens); err != nil {
			return err
		}
		_, err := conn.Exec(ctx, insertLastUses)
		return err
	})
}

// pepper is the one that the server made.
func (s *seeded) pepper(ctx context.Context, conn *pgx.Conn) (*secret.Pepper, error) {
	root, err := keys.ReadRoot(s.rootKey())
	if err != nil {
		return nil, err
	}
	var sealed []byte
	if err := conn.QueryRow(ctx, "SELECT sealed FROM keys WHERE kind = 'pepper' AND number = 1").Scan(&sealed); err != nil {
		return nil, err
	}
	key, err := root.Open(sealed, "tokenry pepper 1")
	return secret.NewPepper(1, key), err
}

const copyTokens = `COPY tokens (id, account_id, name, name_folded, description, version, scopes, primary_contact, developers,
	allowed_cidrs, metadata, claims, digest, pepper, hint, generation, rights_epoch, revision, created_at, created_by,
	updated_at, expires_at, revoke_reason, disabled_at) FROM STDIN`

// insertLastUses has two thirds of the tokens used, at some moment of 45 days.
const insertLastUses = `INSERT INTO token_last_uses
	SELECT id, account_id, CASE WHEN hashtext(id) % 3 = 0 THEN timestamptz '0001-01-01 00:00:00+00'
		ELSE date_trunc('minute', now() - interval '1 minute' * (hashtext(id) & 65535)) END,
		created_at, coalesce(expires_at, timestamptz '9999-12-31 23:59:59+00'), CASE WHEN disabled_at IS NULL THEN 0 ELSE 1 END, version, false
	FROM tokens ORDER BY id ON CONFLICT DO NOTHING`

// rows is the tokens in the form of COPY.
type rows struct {
	pepper       *secret.Pepper
	tokens, next int
	text         []byte // not read yet
	space        []byte
}

func (r *rows) Read(into []byte) (int, error) {
	if len(r.text) == 0 {
		if r.next == r.tokens {
			return 0, io.EOF
		}
		r.text = r.space[:0]
		for end := min(r.next+500, r.tokens); r.next < end; r.next++ {
			r.text = r.row(r.text, r.next)
		}
		r.space = r.text
	}
	n := copy(into, r.text)
	r.text = r.text[n:]
	return n, nil
}

var (
	nouns    = []string{"report", "export", "import", "sync", "invoice", "payout", "click", "action", "media", "promo", "tracking", "audit"}
	kinds    = []string{"job", "bot", "service", "worker", "dashboard", "pipeline", "connector", "script"}
	setsMore = []string{"", `,"media.list_media"`, `,"media.list_media","payouts.list_payouts"`, `,"reports.run_a_report"`}
)

// row adds the token of that number. One in 21 is disabled.
func (r *rows) row(text []byte, number int) []byte {
	id, sum := secretID(number), sha256.Sum256(secretText(number))
	digest := r.pepper.Digest(sum)
	account, member := demoAccount, demoMember
	if number%10 != 0 {
		account, member = fmt.Sprintf("02bench%015d", number/small), "02benchMember000000000"
	}
	draw := int(sum[0]) | int(sum[1])<<8
	name := fmt.Sprintf("ightly %s %s %d", nouns[draw%len(nouns)], kinds[draw/16%len(kinds)], number)
	age := time.Duration(number) * 3 * 365 * 24 * time.Hour / time.Duration(r.tokens)
	created := time.Now().Add(age - 3*365*24*time.Hour).UTC().Format(time.RFC3339)
	expires, disabled := `\N`, `\N`
	if draw%4 == 0 {
		expires = time.Now().AddDate(0, 0, 1+draw%1000).UTC().Format(time.RFC3339)
	}
	if number%21 == 20 {
		disabled = created
	}
	text = fmt.Appendf(text, "%s\t%s\tN%s\tn%s\tMade to be checked.\t%d\t", id, account, name, name, 14+draw%3)
	text = fmt.Appendf(text, `{"actions.list_actions","actions.view_one_action"%s}`, setsMore[draw/64%len(setsMore)])
	return fmt.Appendf(text, "\t%s\t{}\t{}\t{\"team\":\"data\"}\t{}\t\\\\x%x\t1\tabcd\t1\t0\t1\t%s\tmember:bench\t%s\t%s\t\t%s\n",
		member, digest, created, created, expires, disabled)
}

// secretID is the id of the token of that number. Ids begin alike and end at
// random, as ids that begin with the time do.
func secretID(number int) string {
	draw := sha256.Sum256(fmt.Append(nil, "id ", number))
	return fmt.Sprintf("02%010d%x", number, draw[:5])
}

// secretText is the secret of the token of that number.
func secretText(number int) []byte {
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	text := append(append([]byte("tkr_"), secretID(number)...), '_')
	body := sha512.Sum512(binary.BigEndian.AppendUint64([]byte("secret"), uint64(number)))
	for _, b := range body[:43] {
		text = append(text, digits[b%62])
	}
	check, sum := [6]byte{}, crc32.ChecksumIEEE(text)
	for i := len(check) - 1; i >= 0; i-- {
		check[i], sum = digits[sum%62], sum/62
	}
	return append(text, check[:]...)
}

// ask is a question about the secret of that number, or about that of the number
// before it if the token is disabled.
func ask(number int) []byte {
	if number%21 == 20 {
		number--
	}
	return fmt.Appendf(nil, `{"secret":"%s","scopes":["actions.list_actions"],"ip":"203.0.113.9"}`, secretText(number))
}
