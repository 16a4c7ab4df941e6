package webhook

import "testing"

// TestAddressesAreJudgedWhenDialled: whatever a name stands for by then is judged,
// and nothing is dialled here.
func TestAddressesAreJudgedWhenDialled(t *testing.T) {
	t.Parallel()
	tests := map[string]bool{
		"8.8.8.8:443": true, "8.8.8.8:8080": true, "[2606:4700::1111]:443": true, "10.9.9.9:443": true, "[fd01::1]:443": true,
		"10.8.0.1:443": false, "127.0.0.1:443": false, "0.0.0.0:443": false, "169.254.169.254:80": false, "[::1]:443": false,
		"[::ffff:10.8.0.1]:443": false, "[fe80::1]:443": false, "[64:ff9b::a00:1]:443": false, "192.168.0.1:443": false,
	}
	guard := newGuard([]string{"10.9.0.0/16", "fd01::1"})
	for address, want := range tests {
		if err := guard.public.Safe("tcp"+map[bool]string{true: "6", false: "4"}[address[0] == '['], address, nil); (err == nil) != want {
			t.Errorf("%s: %v", address, err)
		}
	}
}
