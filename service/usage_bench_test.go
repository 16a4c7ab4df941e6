package service_test

import (
	"fmt"
	"net/netip"
	"runtime"
	"testing"

	"github.com/tokenry/tokenry/internal/secret"
	"github.com/tokenry/tokenry/service"
)

// BenchmarkRecord counts uses of a thousand tokens, each good for one scope.
func BenchmarkRecord(b *testing.B) {
	usage, uses := &service.Usage{}, manyUses(1000)
	for i := range uses {
		usage.Record(uses[i])
	}
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			usage.Record(uses[i%len(uses)])
		}
	})
}

// BenchmarkRecordOne counts uses of a single token.
func BenchmarkRecordOne(b *testing.B) {
	usage, use := &service.Usage{}, manyUses(1)[0]
	b.ReportAllocs()
	for b.Loop() {
		usage.Record(use)
	}
}

// BenchmarkRecordMemory tells the memory of a token when a million are counted.
func BenchmarkRecordMemory(b *testing.B) {
	uses := manyUses(1_000_000)
	for b.Loop() {
		usage := &service.Usage{}
		before := heap()
		for i := range uses {
			usage.Record(uses[i])
		}
		b.ReportMetric(float64(heap()-before)/float64(len(uses)), "B/token")
		runtime.KeepAlive(usage)
	}
	runtime.KeepAlive(uses)
}

func heap() uint64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

func manyUses(n int) []service.Use {
	uses := make([]service.Use, n)
	at, caller := service.Now(), secret.NewID()
	for i := range uses {
		uses[i] = service.Use{
			TokenID: secret.NewID(), Code: service.CodeOK, Scopes: []string{fmt.Sprintf("scope.%d", i%200)},
			Caller: caller, IP: netip.MustParseAddr("203.0.113.9"), At: at,
		}
	}
	return uses
}
