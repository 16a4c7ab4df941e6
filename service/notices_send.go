package service

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"

	"github.com/tokenry/tokenry/internal/mail"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

// Why notices are dropped.
const (
	reasonTooOld       = "too_old"      // it has waited for a month
	reasonVoid         = "void"         // what it tells is not so any more
	reasonUnsubscribed = "unsubscribed" // the reader wants no mail
	reasonInactive     = "inactive"     // the member was deactivated
)

// reasonUnreached is why notices wait, or have failed, that no mail server has
// answered for; the log has more.
const reasonUnreached = "The mail server cannot be reached."

// settleIn is how long it may take to note that a mail was sent, even if the
// server stops meanwhile.
const settleIn = 10 * time.Second

// maxReason is how much of an answer of the mail server is kept, in bytes.
const maxReason = 300

// Send sends a mail, but for those of its notices that nobody needs to be told
// any more. An error says to try again later; at the last of most attempts the
// notices have failed instead.
func (s *Notices) Send(ctx context.Context, mailID string, attempt, most int) error {
	notices, err := s.Store.Notices.Waiting(ctx, mailID)
	if err != nil || len(notices) == 0 {
		return err
	}
	letter, told, err := s.letter(ctx, notices)
	if err != nil || len(told) == 0 {
		return err
	}
	message, err := letter.Render()
	if err != nil {
		return err
	}
	err = s.Mail.Send(ctx, message)
	settled, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleIn)
	defer cancel()
	if err == nil {
		s.Sent.Add(1)
		return s.Store.Notices.Settle(settled, idsOf(told), model.NoticeSent, "", s.Now())
	}
	s.Refused.Add(1)
	problem := problemOf(err)
	reason := problem
	if !mail.Refused(err) { // its text is of this network, and none of the accounts' business
		reason = reasonUnreached
	}
	if mail.Permanent(err) || attempt >= most {
		s.Log.Warn("a mail was given up", "mail", mailID, "attempts", attempt, "error", discreet(problem, letter.Email))
		return s.Store.Notices.Settle(settled, idsOf(told), model.NoticeFailed, reason, s.Now())
	}
	if err := s.Store.Notices.Attempt(settled, idsOf(told), attempt, reason); err != nil {
		return err
	}
	return errors.New(discreet(problem, letter.Email))
}

// problemOf is why a mail could not be sent.
func problemOf(err error) string {
	text, _, _ := strings.Cut(err.Error(), ", affected recipient(s)")
	return strings.ToValidUTF8(text[:min(len(text), maxReason)], "")
}

// discreet is a text for the log, without the reader's address.
func discreet(text, email string) string { return strings.ReplaceAll(text, email, "the reader") }

// letter is a mail of those notices that still hold, and these. The others are
// dropped.
func (s *Notices) letter(ctx context.Context, notices []model.Notice) (*mail.Letter, []model.Notice, error) {
	ids := make([]string, len(notices))
	for i := range notices {
		ids[i] = notices[i].EventID
	}
	events, err := s.Store.Notices.Events(ctx, ids)
	if err != nil {
		return nil, nil, err
	}
	account, err := s.Store.Accounts.ByID(ctx, notices[0].AccountID)
	if err != nil {
		return nil, nil, err
	}
	letter := &mail.Letter{
		ID: notices[0].MailID, Account: account.Name, Console: s.PublicURL + "/console", Now: s.Now(),
	}
	var told []model.Notice
	for i := range notices {
		n := &notices[i]
		reason, err := s.reader(ctx, letter, n)
		if err != nil {
			return nil, nil, err
		}
		event, there := events[n.EventID]
		var notice *mail.Notice
		if reason == "" && there {
			if notice, err = s.tell(ctx, n, &event, letter.Language); err != nil {
				return nil, nil, err
			}
		}
		if notice == nil {
			reason = cmp.Or(reason, reasonVoid)
			if err := s.Store.Notices.Settle(ctx, []string{n.ID}, model.NoticeDropped, reason, s.Now()); err != nil {
				return nil, nil, err
			}
			continue
		}
		letter.Notices, told = append(letter.Notices, *notice), append(told, *n)
	}
	s.address(letter, told)
	return letter, told, nil
}

// reader reports why somebody is not told, and else makes the letter out to
// them as they are now.
func (s *Notices) reader(ctx context.Context, letter *mail.Letter, n *model.Notice) (reason string, err error) {
	if n.MemberID == "" {
		letter.Email, letter.Language = cmp.Or(letter.Email, n.Email), cmp.Or(letter.Language, n.Language)
		gone, err := s.Store.Notices.HasUnsubscribed(ctx, repository.NoticeReader{AccountID: n.AccountID, EmailFolded: n.EmailFolded})
		if err == nil && gone && !urgent[n.Type] {
			reason = reasonUnsubscribed
		}
		return reason, err
	}
	member, err := s.Store.Members.ByID(ctx, n.AccountID, n.MemberID)
	if err != nil {
		return "", err
	}
	if member.State != model.MemberActive {
		return reasonInactive, nil
	}
	letter.Email, letter.Name, letter.Language = member.Email, member.Name, member.Language
	return "", nil
}

// address says why the reader gets the letter, and how to get no more if they
// may.
func (s *Notices) address(letter *mail.Letter, told []model.Notice) {
	may := true
	for i, n := range told {
		if i == 0 || n.Role != model.NoticeDeveloper {
			letter.Role = mail.Role(n.Role)
		}
		may = may && n.Role == model.NoticeDeveloper && !urgent[n.Type]
	}
	if may && len(told) > 0 {
		letter.Unsubscribe = s.unsubscribeURL(&told[0])
	}
}
