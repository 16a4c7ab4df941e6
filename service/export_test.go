package service

// Pepper is the number of the pepper that the current secret's digest was made
// with.
func (c *Cached) Pepper() int { return int(c.secret.pepper) }
