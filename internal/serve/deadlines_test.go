package serve

import (
	"net"
	"testing"

	"golang.org/x/net/nettest"
)

func TestPatientConn(t *testing.T) {
	t.Parallel()
	nettest.TestConn(t, func() (c1, c2 net.Conn, stop func(), err error) {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, nil, nil, err
		}
		defer listener.Close()
		dialled := make(chan net.Conn, 1)
		go func() {
			c, err := net.Dial("tcp", listener.Addr().String())
			if err != nil {
				t.Error(err)
			}
			dialled <- c
		}()
		if c1, err = (patientListener{listener}).Accept(); err != nil {
			return nil, nil, nil, err
		}
		c2 = patient(<-dialled)
		return c1, c2, func() { _ = c1.Close(); _ = c2.Close() }, nil
	})
}
