package api

import "context"

// wellKnown is where RFC 8414 has the metadata of an issuer.
const wellKnown = "/.well-known/oauth-authorization-server"

// GetAuthorizationServer handles GET /.well-known/oauth-authorization-server.
func (s *Server) GetAuthorizationServer(context.Context, GetAuthorizationServerRequestObject) (GetAuthorizationServerResponseObject, error) {
	methods := []string{"client_secret_basic", "client_secret_post"}
	return GetAuthorizationServer200JSONResponse{
		Issuer:                 s.PublicURL,
		ResponseTypesSupported: []string{}, GrantTypesSupported: []string{},
		IntrospectionEndpoint:                     s.PublicURL + "/oauth/introspect",
		IntrospectionEndpointAuthMethodsSupported: methods,
		RevocationEndpoint:                        s.PublicURL + "/oauth/revoke",
		RevocationEndpointAuthMethodsSupported:    methods,
		ServiceDocumentation:                      s.PublicURL + "/docs",
	}, nil
}
