// Package service serves a language host to the engine for as long as the engine lives.
package service

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Farewell is how long a host has to end. The engine kills one that is still there five seconds after it was interrupted.
const Farewell = 4 * time.Second

// Alive returns a context that ends when the host must: it is interrupted, or the engine is gone. Without the engine's
// address the host was started by hand, to be attached to.
func Alive(engine string) (context.Context, context.CancelFunc) {
	// With nobody left to read them, the engine's pipes must not kill the host before it has ended its children.
	// (Caught and not ignored, because children inherit what is ignored.)
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	alive, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	if engine != "" {
		go func() {
			<-gone(os.Stdin, os.Getppid)
			stop()
		}()
	}
	return alive, stop
}

// Serve lets host answer the engine until alive ends.
func Serve(alive context.Context, host pulumirpc.LanguageRuntimeServer) error {
	finish := make(chan bool)
	go func() {
		<-alive.Done()
		time.AfterFunc(Farewell, func() { os.Exit(1) })
		close(finish)
	}()
	served, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: finish,
		Init: func(server *grpc.Server) error {
			pulumirpc.RegisterLanguageRuntimeServer(server, host)
			return nil
		},
		Options: rpcutil.TracingServerInterceptorOptions(nil),
	})
	if err != nil {
		return err
	}
	fmt.Println(served.Port) // the engine reads where to call from the first line
	return <-served.Done
}

// Lacking is the error of a host that cannot do what it is asked for, an infinitive with its objects.
func Lacking(what string) error {
	return status.Errorf(codes.Unimplemented,
		"the language host of an engine built from Go modules cannot %s; use an official release of pulumi", what)
}
