package serve

import (
	"errors"
	"net"
	"os"
	"sync"
	"time"
)

// patientListener is a listener whose connections are patient.
type patientListener struct{ net.Listener }

// Accept waits for the next connection.
func (l patientListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return patient(c), nil
}

// patientConn is a connection that moves a deadline only once it has been
// reached. net/http moves them eight times in a request, nearly always further
// away, and each time costs as much as a look into the cache.
type patientConn struct {
	net.Conn
	read, write deadline
}

func patient(c net.Conn) *patientConn {
	return &patientConn{Conn: c, read: deadline{move: c.SetReadDeadline}, write: deadline{move: c.SetWriteDeadline}}
}

func (c *patientConn) Read(p []byte) (n int, err error) {
	for again := true; again && err == nil; {
		if err = c.read.begin(); err == nil {
			n, err = c.Conn.Read(p)
			again, err = c.read.end(err)
		}
	}
	return n, err
}

func (c *patientConn) Write(p []byte) (n int, err error) {
	for again := true; again && err == nil; {
		if err = c.write.begin(); err == nil {
			var more int
			more, err = c.Conn.Write(p[n:])
			n += more
			again, err = c.write.end(err)
		}
	}
	return n, err
}

// SetReadDeadline ends reads at a moment.
func (c *patientConn) SetReadDeadline(at time.Time) error { return c.read.set(at) }

// SetWriteDeadline ends writes at a moment.
func (c *patientConn) SetWriteDeadline(at time.Time) error { return c.write.set(at) }

// SetDeadline ends reads and writes at a moment.
func (c *patientConn) SetDeadline(at time.Time) error {
	return errors.Join(c.read.set(at), c.write.set(at))
}

// CloseWrite tells the peer that nothing follows.
func (c *patientConn) CloseWrite() error {
	if conn, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return conn.CloseWrite()
	}
	return errors.ErrUnsupported
}

// deadline is one that a connection is to have, and the one that it has, which
// may be earlier.
type deadline struct {
	move func(time.Time) error

	mu      sync.Mutex
	wanted  time.Time
	moved   time.Time
	waiting int // calls that it ends
}

// past is a deadline that is there to end a call: it need not be compared with
// the clock.
var past = time.Unix(1<<30, 0)

func (d *deadline) set(at time.Time) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.wanted = at
	if d.waiting > 0 {
		return d.catchUp()
	}
	return nil
}

// begin begins a call that the deadline ends.
func (d *deadline) begin() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch never := d.wanted.IsZero(); {
	case !never && d.wanted.Before(past):
		return os.ErrDeadlineExceeded
	case !never && (d.moved.IsZero() || d.moved.After(d.wanted)):
		if err := d.catchUp(); err != nil {
			return err
		}
	}
	d.waiting++
	return nil
}

// end ends a call. It reports whether the call must go on, as the deadline that
// has ended it is not the one that was wanted.
func (d *deadline) end(err error) (again bool, _ error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.waiting--
	if !errors.Is(err, os.ErrDeadlineExceeded) || !d.wanted.IsZero() && !time.Now().Before(d.wanted) {
		return false, err
	}
	return true, d.catchUp()
}

func (d *deadline) catchUp() error {
	d.moved = d.wanted
	return d.move(d.wanted)
}
