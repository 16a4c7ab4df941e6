package service

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/maypok86/otter/v2"

	"github.com/tokenry/tokenry/internal/signing"
	"github.com/tokenry/tokenry/model"
	"github.com/tokenry/tokenry/repository"
)

const (
	// StatusListAge is how long others may keep a status list.
	StatusListAge = 5 * time.Second
	// ownListAge is for how long a node gives out the list that it has made.
	ownListAge = time.Second
	// listLife is after how long nobody is to believe a list, if its Age was lost.
	listLife = time.Minute
	// maxLists is how many lists there may be.
	maxLists = 1024

	listPlaces = 1 << 16
	// placeTries is how many places may turn out to be taken before there is
	// another list, so that lists are about half full.
	placeTries = 16
)

// StatusList is a signed list of what has become of JWTs, as in the Token Status
// List of the IETF.
type StatusList struct {
	Text string
	// AsOf is the clock of the node that made it: what was acknowledged before is
	// in it.
	AsOf time.Time
}

// statusPlace is where the JWTs of a token stand in the status lists.
type statusPlace struct {
	list, place, generation int
	until                   time.Time
}

// StatusList is one of the status lists. Those that there are, and the next one,
// are numbered from 0; others are not found. A list that was just made is given
// again; see AsOf.
func (s *JWTs) StatusList(ctx context.Context, number int) (StatusList, error) {
	if number < 0 || number >= maxLists {
		return StatusList{}, model.NotFound()
	}
	s.makeLists.Do(func() {
		s.lists = otter.Must(&otter.Options[string, StatusList]{
			MaximumSize: maxLists, ExpiryCalculator: otter.ExpiryWriting[string, StatusList](ownListAge),
		})
	})
	return load(ctx, s.lists, strconv.Itoa(number), func(ctx context.Context, _ string) (StatusList, error) {
		return s.makeList(ctx, number)
	})
}

func (s *JWTs) makeList(ctx context.Context, number int) (StatusList, error) {
	look, err := s.Verifier.Look() // before anything is read
	if err != nil {
		return StatusList{}, err
	}
	count, err := s.Store.JWTStatuses.Lists(ctx)
	if err != nil {
		return StatusList{}, err
	}
	if number > count { // the next may be in use by the time that it is read
		return StatusList{}, model.NotFound()
	}
	retired, err := s.retired(ctx, look.at)
	if err != nil {
		return StatusList{}, err
	}
	marked, err := s.Store.JWTStatuses.Marked(ctx, number, look.at, retired)
	if err != nil {
		return StatusList{}, err
	}
	key := s.Keys.open.Load().signerAt(look.at)
	if key == nil {
		return StatusList{}, model.Unavailable()
	}
	text, err := key.Sign(signing.TypeStatusList, &signing.StatusListClaims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: s.Issuer, Subject: s.listURI(number),
			IssuedAt: jwt.NewNumericDate(look.at), ExpiresAt: jwt.NewNumericDate(look.at.Add(listLife)),
		},
		TTL:        int(StatusListAge.Seconds()),
		StatusList: signing.StatusBits{Bits: 1, List: compress(marked)},
	})
	return StatusList{text, look.at}, err
}

// retired is the API versions whose tokens are refused at a moment, each with its
// account type and a space before it.
func (s *JWTs) retired(ctx context.Context, at time.Time) ([]string, error) {
	types, err := s.Store.Catalogs.Types(ctx)
	if err != nil {
		return nil, err
	}
	var retired []string
	for _, accountType := range types {
		compiled, err := s.Verifier.Cache.Catalog(ctx, accountType)
		if err != nil {
			return nil, err
		}
		for _, version := range compiled.Catalog().Versions {
			if version.Refused(at) {
				retired = append(retired, accountType+" "+version.ID)
			}
		}
	}
	return retired, nil
}

// compress is a list of bits, in which the given ones are set.
func compress(marked []int) string {
	var bits [listPlaces / 8]byte
	for _, place := range marked {
		bits[place/8] |= 1 << (place % 8)
	}
	var out bytes.Buffer
	w, err := zlib.NewWriterLevel(&out, zlib.BestCompression)
	if err == nil {
		_, err = w.Write(bits[:])
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic(err) // nothing is written but memory
	}
	return base64.RawURLEncoding.EncodeToString(out.Bytes())
}

func (s *JWTs) listURI(number int) string {
	return fmt.Sprintf("%s/status-lists/%d", s.Issuer, number)
}

// status is where people find out what has become of a JWT that is issued for a
// secret of the token and lives until end. A token has one place at a time, in
// which all its JWTs stand: the database is asked for it once in a while.
func (s *JWTs) status(ctx context.Context, tok *Cached, generation int, end time.Time) (signing.Status, error) {
	if tok.origin != nil {
		tok = tok.origin
	}
	at := tok.place.Load()
	if at == nil || at.generation != generation || end.After(at.until) {
		var err error
		if at, err = s.keepPlace(ctx, tok, generation); err != nil {
			return signing.Status{}, err
		}
		tok.place.Store(at)
	}
	return signing.Status{StatusList: signing.StatusReference{Index: at.place, URI: s.listURI(at.list)}}, nil
}

// keepPlace keeps the place of a token for longer than the next JWTs live, or
// finds it one.
func (s *JWTs) keepPlace(ctx context.Context, tok *Cached, generation int) (*statusPlace, error) {
	kept := repository.JWTStatus{
		TokenID: tok.ID, Generation: generation, RightsEpoch: int(tok.epoch), KeptUntil: s.Verifier.Now().Add(2 * MaxJWTLife),
	}
	for range 4 {
		for range placeTries {
			// At random, so that the place tells nothing of when it was taken.
			kept.List, kept.Place = rand.IntN(int(s.lastList.Load())+1), rand.IntN(listPlaces) //nolint:gosec // need not be secret
			ok, err := s.Store.JWTStatuses.Keep(ctx, &kept)
			if err != nil {
				return nil, err
			}
			if ok {
				return &statusPlace{kept.List, kept.Place, generation, kept.KeptUntil}, nil
			}
		}
		if last := s.lastList.Load(); last < maxLists-1 {
			s.lastList.CompareAndSwap(last, last+1)
		}
	}
	return nil, model.Unavailable()
}
