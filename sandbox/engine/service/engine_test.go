package service

import (
	"os"
	"sync/atomic"
	"testing"
	"time"
)

func TestGoneWatchesTheParentWithoutAPipe(t *testing.T) {
	file, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var parent atomic.Int64
	parent.Store(7)
	left := gone(file, func() int { return int(parent.Load()) })
	select {
	case <-left:
		t.Fatal("the parent is still there")
	case <-time.After(parentInterval / 4):
	}
	parent.Store(1)
	select {
	case <-left:
	case <-time.After(3 * parentInterval):
		t.Error("the parent's end was not noticed")
	}
}
