package api

import (
	"context"
	"time"
)

// pingTimeout keeps readiness quick while the database is away.
const pingTimeout = time.Second

// GetHealth handles GET /healthz.
func (s *Server) GetHealth(context.Context, GetHealthRequestObject) (GetHealthResponseObject, error) {
	return GetHealth200JSONResponse{Status: HealthStatusOk}, nil
}

// GetReady handles GET /readyz. A node that holds its lease is ready while the
// database is away.
func (s *Server) GetReady(ctx context.Context, _ GetReadyRequestObject) (GetReadyResponseObject, error) {
	ctx, cancel := context.WithTimeout(ctx, pingTimeout)
	defer cancel()
	database := ReadinessDatabaseUp
	if s.Ping(ctx) != nil {
		database = ReadinessDatabaseDown
	}
	if !s.Node.Holds() {
		return GetReady503JSONResponse{Status: ReadinessStatusNotReady, Lease: ReadinessLeaseLost, Database: database}, nil
	}
	return GetReady200JSONResponse{Status: ReadinessStatusReady, Lease: ReadinessLeaseHeld, Database: database}, nil
}
