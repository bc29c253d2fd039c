package main

import (
	"context"
	"io"
	"math/rand"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// log returns where to write what the engine should show while a call is under way.
func (h *host) log(ctx context.Context) io.Writer {
	connection, err := grpc.NewClient(h.engine,
		grpc.WithTransportCredentials(insecure.NewCredentials()), rpcutil.GrpcChannelOptions())
	if err != nil {
		return io.Discard // an engine that cannot be called cannot show anything either
	}
	context.AfterFunc(ctx, func() { _ = connection.Close() })
	return &engineLog{ctx, pulumirpc.NewEngineClient(connection), rand.Int31()}
}

// engineLog shows text as passing messages of one stream.
type engineLog struct {
	ctx    context.Context
	engine pulumirpc.EngineClient
	stream int32
}

func (l *engineLog) Write(text []byte) (int, error) {
	_, err := l.engine.Log(l.ctx, &pulumirpc.LogRequest{
		Message:   strings.ToValidUTF8(string(text), "�"),
		Severity:  pulumirpc.LogSeverity_INFO,
		Ephemeral: true,
		StreamId:  l.stream,
	})
	return len(text), err
}
