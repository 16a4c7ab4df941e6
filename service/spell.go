package service

import "log/slog"

// spell is whether a job fails at the moment. The log is told when that changes,
// and not each time that the job is tried.
type spell struct{ failing bool }

func (s *spell) tell(log *slog.Logger, job string, err error) {
	if (err != nil) == s.failing {
		return
	}
	if s.failing = err != nil; s.failing {
		log.Warn("a job fails, and is tried again", "job", job, "error", err)
		return
	}
	log.Info("a job works again", "job", job)
}
