package app

import (
	"io/fs"
	"log/slog"
	"os"

	"github.com/tokenry/tokenry/internal/config"
)

// keepPrivate takes from others what they may do with the files of the server,
// such as after a backup was put back. What is not ours to change, such as a
// mounted secret, is told in the log.
func keepPrivate(cfg config.Config, log *slog.Logger) {
	paths := []string{cfg.DataDir, cfg.RootKeyFile, secretFile(cfg), linkFile(cfg)}
	if cfg.DatabaseURL == "" {
		paths = append(paths, cfg.SQLitePath(), cfg.SQLitePath()+"-wal", cfg.SQLitePath()+"-shm")
	}
	const others = 0o077
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil || info.Mode()&others == 0 {
			continue // what is missing is made private, what cannot be read is told by its reader
		}
		if info.Mode()&fs.ModeSticky != 0 {
			log.Warn("the data folder is shared with others; give the server one of its own", "path", path)
			continue
		}
		if err := os.Chmod(path, info.Mode().Perm()&^others); err != nil {
			log.Warn("others than the server may use this; let only its user", "path", path, "mode", info.Mode().String(), "error", err)
			continue
		}
		log.Warn("others could use this; now only its owner can", "path", path, "mode", info.Mode().String())
	}
}
