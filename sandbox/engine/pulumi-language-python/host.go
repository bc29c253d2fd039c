package main

import (
	"context"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3/go/common/version"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"

	"secure-ecr/sandbox/engine/service"
)

// host answers the engine's calls. What it does not answer, the embedded type refuses as unimplemented.
type host struct {
	pulumirpc.UnimplementedLanguageRuntimeServer

	engine   string // address of the engine, for the programs to call
	executor string // the script that runs programs
	tracing  string // endpoint for traces, passed on to programs

	alive   context.Context // ends when the host must
	running *running        // what Cancel aborts

	inventories sync.Map // of inventory by interpreter: asking Python costs 0.2 s, and a run asks several times
}

// running is a context that can be ended and begun anew: Cancel aborts what is under way, not what comes later.
type running struct {
	parent context.Context
	mutex  sync.Mutex
	ctx    context.Context
	cancel context.CancelFunc
}

func newRunning(parent context.Context) *running {
	r := &running{parent: parent}
	r.ctx, r.cancel = context.WithCancel(parent)
	return r
}

// abort ends every context that during has given out.
func (r *running) abort() {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.cancel()
	r.ctx, r.cancel = context.WithCancel(r.parent)
}

// during returns call's context, ended also when the host ends or the engine cancels.
func (r *running) during(call context.Context) (context.Context, context.CancelFunc) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	return joined(call, r.ctx)
}

// joined returns call's context, ended also when other ends.
func joined(call, other context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(call)
	release := context.AfterFunc(other, cancel)
	return ctx, func() { release(); cancel() }
}

// Handshake is called instead of passing an argument when the engine attaches to a host that was started by hand.
func (h *host) Handshake(
	_ context.Context, request *pulumirpc.LanguageHandshakeRequest,
) (*pulumirpc.LanguageHandshakeResponse, error) {
	h.engine = request.EngineAddress
	return &pulumirpc.LanguageHandshakeResponse{}, nil
}

// GetPluginInfo returns the version of the SDK, which the engine's build sets for all its binaries.
func (h *host) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: version.Version}, nil
}

// Cancel aborts programs, type checkers and installations. Plugins go on: the engine has told them itself, and what
// they are in the middle of belongs into the state.
func (h *host) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	h.running.abort()
	return &emptypb.Empty{}, nil
}

// GenerateProgram, GenerateProject, GeneratePackage, Link and Pack write Python code from a Pulumi schema. They need the code
// generators of the engine's own repository, and nobody here wants a Python SDK: the components are one.
func (h *host) GenerateProgram(
	context.Context, *pulumirpc.GenerateProgramRequest,
) (*pulumirpc.GenerateProgramResponse, error) {
	return nil, service.Lacking("convert a program to Python")
}

// GenerateProject is refused: see GenerateProgram.
func (h *host) GenerateProject(
	context.Context, *pulumirpc.GenerateProjectRequest,
) (*pulumirpc.GenerateProjectResponse, error) {
	return nil, service.Lacking("convert a project to Python")
}

// GeneratePackage is refused: see GenerateProgram.
func (h *host) GeneratePackage(
	context.Context, *pulumirpc.GeneratePackageRequest,
) (*pulumirpc.GeneratePackageResponse, error) {
	return nil, service.Lacking("generate a Python SDK")
}

// Link is refused: see GenerateProgram.
func (h *host) Link(context.Context, *pulumirpc.LinkRequest) (*pulumirpc.LinkResponse, error) {
	return nil, service.Lacking("link a Python SDK")
}

// Pack is refused: see GenerateProgram.
func (h *host) Pack(context.Context, *pulumirpc.PackRequest) (*pulumirpc.PackResponse, error) {
	return nil, service.Lacking("pack a Python SDK")
}

// Template is refused, which the engine takes for "nothing to do": a template is made ready when it is installed.
func (h *host) Template(context.Context, *pulumirpc.TemplateRequest) (*pulumirpc.TemplateResponse, error) {
	return nil, service.Lacking("rewrite a template")
}
