// Package github tells what GitHub's secret scanning has signed. GitHub signs
// what it sends to partners with one of a few ECDSA keys, which it publishes.
package github

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

const (
	// freshFor is how long published keys are believed without a look at what is
	// published by then, and keepKeys how long if they cannot be had.
	freshFor = time.Hour
	keepKeys = 24 * time.Hour
	// askEvery is the least time between two looks, whoever names an unknown key.
	askEvery     = time.Minute
	fetchTimeout = 10 * time.Second
	maxAnswer    = 256 << 10
	maxKeys      = 100
)

// The errors of Check.
var (
	ErrBadSignature = errors.New("the signature is missing or not GitHub's")
	ErrNoKeys       = errors.New("the keys of GitHub cannot be had")
)

// Keys is the keys that GitHub publishes.
type Keys struct {
	URL    string
	Client *http.Client
	Now    func() time.Time

	mu    sync.Mutex
	keys  map[string]*ecdsa.PublicKey
	at    time.Time // when they were had
	asked time.Time // when they were last asked for
}

// Check reports by its error whether the body is signed by the key of that
// identifier. A published key that is not known yet is asked for, once a minute
// at most.
func (k *Keys) Check(ctx context.Context, identifier, signature string, body []byte) error {
	sig, err := base64.StdEncoding.DecodeString(signature)
	if err != nil || len(sig) == 0 || identifier == "" {
		return ErrBadSignature
	}
	key, err := k.key(ctx, identifier)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	if key == nil || !ecdsa.VerifyASN1(key, sum[:], sig) {
		return ErrBadSignature
	}
	return nil
}

// key is the key of that identifier; nil if GitHub has published none.
func (k *Keys) key(ctx context.Context, identifier string) (*ecdsa.PublicKey, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.Now()
	if key := k.keys[identifier]; key != nil && now.Sub(k.at) < freshFor {
		return key, nil
	}
	var failed error
	if now.Sub(k.asked) >= askEvery {
		k.asked = now
		var keys map[string]*ecdsa.PublicKey
		if keys, failed = k.fetch(ctx); failed == nil {
			k.keys, k.at = keys, now
		}
	}
	key := k.keys[identifier]
	if k.keys == nil || now.Sub(k.at) >= keepKeys || failed != nil && key == nil {
		return nil, errors.Join(ErrNoKeys, failed)
	}
	return key, nil
}

// published is the answer of GitHub.
type published struct {
	Keys []struct {
		Identifier string `json:"key_identifier"`
		Key        string `json:"key"`
	} `json:"public_keys"`
}

// fetch asks for the keys, whoever gives up meanwhile: others wait for them too.
func (k *Keys) fetch(ctx context.Context) (map[string]*ecdsa.PublicKey, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), fetchTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, k.URL, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	resp, err := k.Client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %d", resp.StatusCode)
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return nil, err
	}
	return parse(data)
}

// parse reads the keys over P-256; GitHub may publish others for other uses.
func parse(data []byte) (map[string]*ecdsa.PublicKey, error) {
	var list published
	if err := json.Unmarshal(data, &list); err != nil {
		return nil, fmt.Errorf("read the keys: %w", err)
	}
	keys := map[string]*ecdsa.PublicKey{}
	for _, entry := range list.Keys[:min(len(list.Keys), maxKeys)] {
		block, _ := pem.Decode([]byte(entry.Key))
		if block == nil {
			continue
		}
		key, err := x509.ParsePKIXPublicKey(block.Bytes)
		if ec, ok := key.(*ecdsa.PublicKey); ok && err == nil && ec.Curve == elliptic.P256() {
			keys[entry.Identifier] = ec
		}
	}
	if len(keys) == 0 {
		return nil, errors.New("there is no key over P-256")
	}
	return keys, nil
}
