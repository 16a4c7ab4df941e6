package api

import (
	"context"

	"github.com/tokenry/tokenry/service"
)

// GetTokenUsage handles GET /tokens/{id}/usage.
func (s *Server) GetTokenUsage(ctx context.Context, req GetTokenUsageRequestObject) (GetTokenUsageResponseObject, error) {
	report, err := s.Verifier.Usage.OfToken(ctx, actorFrom(ctx), service.UsageQuery{
		TokenID: req.ID, Since: req.Params.Since, Until: req.Params.Until,
		Resolution: service.Resolution(given(req.Params.Resolution)),
	})
	if err != nil {
		return nil, err
	}
	return GetTokenUsage200JSONResponse(toUsage(req.ID, &report)), nil
}

func toUsage(id string, r *service.UsageReport) TokenUsage {
	usage := TokenUsage{
		TokenID: id, Since: r.Since.UTC(), Until: r.Until.UTC(), Resolution: UsageResolution(r.Resolution), Total: r.Total,
		Counts:  make([]UsageCount, len(r.Counts)),
		Scopes:  make([]UsageScope, len(r.Scopes)),
		Callers: make([]UsageCaller, len(r.Callers)),
		Secrets: make([]UsageSecret, len(r.Secrets)),
	}
	for i, c := range r.Counts {
		usage.Counts[i] = UsageCount{
			Start: c.Start.UTC(), Resolution: UsageResolution(c.Resolution), Code: VerificationCode(c.Code), Count: c.N,
		}
	}
	for i, p := range r.Scopes {
		usage.Scopes[i] = UsageScope{
			Scope: optional(p.Name), Code: VerificationCode(p.Code), SecretState: secretState(p.Previous), Count: p.N,
		}
	}
	for i, p := range r.Callers {
		usage.Callers[i] = UsageCaller{
			Caller: optional(p.Name), Code: VerificationCode(p.Code), SecretState: secretState(p.Previous), Count: p.N,
		}
	}
	for i, c := range r.Secrets {
		usage.Secrets[i] = UsageSecret{
			SecretState: secretState(c.Previous), Code: VerificationCode(c.Code), Count: c.N,
			LastAt: c.LastAt.UTC(), LastIP: optional(c.LastIP), LastCaller: optional(c.LastCaller),
		}
	}
	if last := r.Last; last != nil {
		usage.LastUsedAt, usage.LastIP, usage.LastCaller = utc(&last.LastAt), optional(last.LastIP), optional(last.LastCaller)
	}
	return usage
}
