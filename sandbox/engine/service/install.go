package service

import (
	"io"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

// InstallStream is the call that an installation's output goes out by.
type InstallStream = grpc.ServerStreamingServer[pulumirpc.InstallDependenciesResponse]

// lockedStream lets the two outputs of a process send at once, which a stream by itself does not take.
type lockedStream struct {
	InstallStream
	mutex sync.Mutex
}

func (s *lockedStream) Send(response *pulumirpc.InstallDependenciesResponse) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.InstallStream.Send(response)
}

// Install runs install, and shows the person what it writes as it comes.
func Install(
	request *pulumirpc.InstallDependenciesRequest, stream InstallStream, install func(stdout, stderr io.Writer) error,
) error {
	terminal, stdout, stderr, err := rpcutil.MakeInstallDependenciesStreams(
		&lockedStream{InstallStream: stream}, request.IsTerminal)
	if err != nil {
		return err
	}
	err = install(stdout, stderr)
	if closed := terminal.Close(); err == nil {
		err = closed
	}
	return err
}
