package service

import (
	"io"
	"os"
	"time"
)

// How long a host may outlive an engine whose end no pipe tells.
const parentInterval = time.Second

// gone returns a channel that is closed when the process that started this host has ended, however it ended.
//
// The engine keeps the other end of the host's standard input open, never writes to it, and its death closes it: that
// is noticed at once, on every system. Where standard input is no pipe the parent's id tells, because an orphan gets
// another one.
func gone(stdin *os.File, parent func() int) <-chan struct{} {
	ended := make(chan struct{})
	if info, err := stdin.Stat(); err == nil && info.Mode()&os.ModeNamedPipe != 0 {
		go func() {
			defer close(ended)
			_, _ = io.Copy(io.Discard, stdin) // ends at the end of the file, and an error means the same
		}()
		return ended
	}
	first := parent()
	go func() {
		defer close(ended)
		for parent() == first {
			time.Sleep(parentInterval)
		}
	}()
	return ended
}
