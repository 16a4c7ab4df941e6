package prooftest

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// changePeppers adds peppers and retires those that no live secret needs, by
// commands beside the nodes, until ctx ends. No check may notice.
func (c *clients) changePeppers(ctx context.Context) {
	for ctx.Err() == nil {
		if _, ok := c.command(ctx, "peppers", "add"); !ok {
			continue
		}
		c.count("pepper added")
		for older := c.olderPeppers(ctx); len(older) > 0 && ctx.Err() == nil; older = c.olderPeppers(ctx) {
			pause(ctx, time.Second)
			if _, ok := c.command(ctx, "peppers", "retire", strconv.Itoa(older[0])); ok {
				c.count("pepper retired")
			}
		}
	}
}

// olderPeppers is those that are neither current nor retired.
func (c *clients) olderPeppers(ctx context.Context) (older []int) {
	output, ok := c.command(ctx, "peppers", "list", "--json")
	if !ok {
		return nil
	}
	var list struct {
		Items []struct {
			Number    int
			Current   bool
			RetiredAt *time.Time `json:"retired_at"`
		}
	}
	if err := json.Unmarshal(output, &list); err != nil {
		c.fail("peppers list: %v", err)
	}
	for _, pepper := range list.Items {
		if !pepper.Current && pepper.RetiredAt == nil {
			older = append(older, pepper.Number)
		}
	}
	return older
}

// command runs a local command of the program, which may be refused or in vain.
func (c *clients) command(ctx context.Context, args ...string) (output []byte, ok bool) {
	command := exec.CommandContext(ctx, c.cluster.binary, args...)
	command.Env = append(os.Environ(), c.cluster.environ...)
	output, err := command.Output()
	if err == nil || ctx.Err() != nil {
		return output, err == nil
	}
	var said string
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		said = string(exit.Stderr)
	}
	if !strings.Contains(said, "pepper_in_use") && !strings.Contains(said, "try_again") {
		c.fail("tokenry %s: %v: %s", strings.Join(args, " "), err, said)
	}
	return nil, false
}
