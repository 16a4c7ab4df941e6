package service

import "sync"

// wake wakes a job that waits for work. The zero wake is ready for use.
type wake struct {
	once sync.Once
	c    chan struct{}
}

// up wakes the job, now or as soon as it waits.
func (w *wake) up() {
	select {
	case w.wait() <- struct{}{}:
	default: // it will look at all there is
	}
}

func (w *wake) wait() chan struct{} {
	w.once.Do(func() { w.c = make(chan struct{}, 1) })
	return w.c
}
