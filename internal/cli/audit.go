package cli

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/tokenry/tokenry/client"
	"github.com/tokenry/tokenry/service"
)

type auditCommand struct {
	List   auditList   `cmd:"" help:"List audit entries, newest first."`
	Export auditExport `cmd:"" help:"Write audit entries as NDJSON, one on each line."`
	Verify auditVerify `cmd:"" help:"Check, on the server's machine, that nobody has changed the audit log."`
}

// entryFilter is which audit entries a command is about.
type entryFilter struct {
	Action string `placeholder:"ACTION" help:"Only this action, such as token.rotated, or all of a sort, such as token. with the dot."`
	Actor  string `placeholder:"KIND:ID" help:"Only what this actor did, such as member:0NcLbQhmUQbZcuvcVwZfVG."`
	Object string `placeholder:"KIND:ID" help:"Only what was done to this, such as account:0NcLbQhmTx3CVaSXnRlH2A, or to all of a kind, such as catalog."`
	Token  id     `placeholder:"ID" help:"Only what was done to this token."`
	Since  ago    `placeholder:"WHEN" help:"Only entries of then or later: a time, a date, or 7d for the last week."`
	Until  ago    `placeholder:"WHEN" help:"Only entries before."`
}

func (f *entryFilter) params() client.ListAuditParams {
	return client.ListAuditParams{
		Action: given(f.Action), Actor: given(f.Actor), Object: given(f.Object), TokenID: (*string)(given(f.Token)),
		Since: f.Since.at, Until: f.Until.at,
	}
}

type auditList struct {
	inAccount
	output
	entryFilter
	Limit int `short:"n" default:"50" placeholder:"N" help:"Print no more than the newest N entries; 0 for all (${default})."`
}

// Run prints audit entries.
func (c *auditList) Run(ctx context.Context, env *Env) error {
	tokenry, in, err := c.connect(ctx, env)
	if err != nil {
		return err
	}
	params := c.params()
	entries, next, err := pages(c.Limit, func(limit int, cursor *string) ([]client.AuditEntry, *string, error) {
		params.Limit, params.Cursor = &limit, cursor
		list, err := tokenry.ListAudit(ctx, params, in)
		return list.Items, list.NextCursor, err
	})
	if err != nil {
		return err
	}
	return env.printEntries(c.JSON, client.AuditList{Items: entries, NextCursor: next})
}

func (e *Env) printEntries(asJSON bool, list client.AuditList) error {
	if asJSON {
		return e.json(list)
	}
	rows := make([][]string, len(list.Items))
	for i, entry := range list.Items {
		who := entry.Actor.Name
		if who == "" {
			who = string(entry.Actor.Kind) + ":" + entry.Actor.ID
		}
		rows[i] = []string{moment(&entry.At, ""), entry.Action, entry.Object.Kind + " " + entry.Object.ID, who, entry.IP}
	}
	return e.table([]string{"AT", "ACTION", "OBJECT", "ACTOR", "ADDRESS"}, rows)
}

type auditExport struct {
	inAccount
	entryFilter
	Output string `short:"o" placeholder:"FILE" help:"File to write, which must not exist; stdout unless given."`
}

// Run writes audit entries.
func (c *auditExport) Run(ctx context.Context, env *Env) error {
	tokenry, in, err := c.connect(ctx, env)
	if err != nil {
		return err
	}
	if c.Output == "" {
		return tokenry.ExportAudit(ctx, env.Stdout, c.params(), in)
	}
	file, err := os.OpenFile(c.Output, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return usage("Cannot write the file: %v.", err)
	}
	if err := tokenry.ExportAudit(ctx, file, c.params(), in); err != nil {
		_ = file.Close() // what is in it is not whole anyway
		return fmt.Errorf("%s is not whole: %w", c.Output, err)
	}
	return file.Close()
}

type auditVerify struct {
	settings
	Head head `placeholder:"SEQ:HASH" help:"Place in the chain that the server has logged (\"audit head\"); up to there nothing may be missing."`
}

// head is a place in the chain, as the server's log has it.
type head struct{ place *service.Head }

// UnmarshalText reads a number and a hash in hexadecimal, with a colon between.
func (h *head) UnmarshalText(text []byte) error {
	number, hash, _ := strings.Cut(string(text), ":")
	seq, err := strconv.ParseInt(number, 10, 64)
	sum, hexErr := hex.DecodeString(hash)
	if err != nil || hexErr != nil || seq < 1 || len(sum) != 32 {
		return usage("%q is not a number, a colon and a SHA-256 in hexadecimal", text)
	}
	h.place = &service.Head{Seq: seq, Hash: sum}
	return nil
}

// Run walks the chain of the audit log.
func (c *auditVerify) Run(ctx context.Context, env *Env) error {
	local, err := c.open(ctx, env)
	if err != nil {
		return err
	}
	defer local.Close()
	count, progress := counter(env.Stderr)
	bad, err := local.Chain.Verify(ctx, c.Head.place, progress)
	switch {
	case err != nil:
		return err
	case bad != nil:
		return refuse("The audit log is not as it was sealed. Entry %d: %s.", bad.Seq, bad.Reason)
	}
	removed, err := local.Chain.Removed(ctx)
	if err != nil {
		return err
	}
	if removed > 0 {
		env.printf("The audit log is whole: entries %d to %d. Those before were removed for their age.\n", removed+1, *count)
		return nil
	}
	env.printf("The audit log is whole: %d entries.\n", *count)
	return nil
}

// counter counts entries, and tells of long work every few seconds.
func counter(w io.Writer) (*int64, func(seq int64)) {
	count, told := new(int64), time.Now()
	return count, func(seq int64) {
		*count = seq
		if time.Since(told) > 3*time.Second {
			fmt.Fprintf(w, "%d entries so far\n", seq)
			told = time.Now()
		}
	}
}
