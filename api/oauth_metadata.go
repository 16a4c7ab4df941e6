package api

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/tokenry/tokenry/service"
)

// wellKnown is where RFC 8414 has the metadata of an issuer.
const wellKnown = "/.well-known/oauth-authorization-server"

// GetAuthorizationServer handles GET /.well-known/oauth-authorization-server.
func (s *Server) GetAuthorizationServer(context.Context, GetAuthorizationServerRequestObject) (GetAuthorizationServerResponseObject, error) {
	methods := []string{"client_secret_basic", "client_secret_post"}
	return GetAuthorizationServer200JSONResponse{
		Issuer:                 s.PublicURL,
		ResponseTypesSupported: []string{}, GrantTypesSupported: []string{clientCredentials, tokenExchange},
		TokenEndpoint:                     s.PublicURL + "/oauth/token",
		TokenEndpointAuthMethodsSupported: methods,
		JwksURI:                           s.PublicURL + "/.well-known/jwks.json",
		IntrospectionEndpoint:             s.PublicURL + "/oauth/introspect",
		IntrospectionEndpointAuthMethodsSupported: methods,
		RevocationEndpoint:                        s.PublicURL + "/oauth/revoke",
		RevocationEndpointAuthMethodsSupported:    methods,
		ServiceDocumentation:                      s.PublicURL + "/docs",
	}, nil
}

// GetKeySet handles GET /.well-known/jwks.json.
func (s *Server) GetKeySet(context.Context, GetKeySetRequestObject) (GetKeySetResponseObject, error) {
	set, err := s.JWTs.Keys.KeySet()
	if err != nil {
		return nil, err
	}
	keys := make([]PublicKey, len(set.Keys))
	for i, key := range set.Keys {
		keys[i] = PublicKey{
			Kty: PublicKeyKty(key.KTY), Use: PublicKeyUse(key.USE), Alg: PublicKeyAlg(key.ALG), Kid: key.KID,
			Crv: optional(string(key.CRV)), X: optional(key.X), Y: optional(key.Y), N: optional(key.N), E: optional(key.E),
		}
	}
	return GetKeySet200JSONResponse{
		Body:    KeySet{Keys: keys},
		Headers: GetKeySet200ResponseHeaders{CacheControl: new(fmt.Sprintf("public, max-age=%.0f", service.KeySetAge.Seconds()))},
	}, nil
}

// GetStatusList handles GET /status-lists/{list}.
func (s *Server) GetStatusList(ctx context.Context, req GetStatusListRequestObject) (GetStatusListResponseObject, error) {
	list, err := s.JWTs.StatusList(ctx, req.List)
	if err != nil {
		return nil, err
	}
	return GetStatusList200ApplicationStatuslistJwtResponse{
		Body: strings.NewReader(list.Text), ContentLength: int64(len(list.Text)),
		Headers: GetStatusList200ResponseHeaders{
			CacheControl: new(fmt.Sprintf("public, max-age=%.0f", service.StatusListAge.Seconds())),
			Age:          new(int(math.Ceil(s.Now().Sub(list.AsOf).Seconds()))),
		},
	}, nil
}
