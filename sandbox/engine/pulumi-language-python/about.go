package main

import (
	"context"
	"io"

	"github.com/blang/semver"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/pulumi/pulumi/sdk/v3/python/toolchain"
)

// About returns which Python and which toolchain a program runs on.
func (h *host) About(call context.Context, request *pulumirpc.AboutRequest) (*pulumirpc.AboutResponse, error) {
	ctx, done := h.running.during(call)
	defer done()
	e, err := resolve(request.Info, false)
	if err != nil {
		return nil, err
	}
	info, err := h.about(ctx, e)
	if err != nil {
		return nil, err
	}
	return &pulumirpc.AboutResponse{
		Executable: info.PythonExecutable,
		Version:    info.PythonVersion.String(),
		Metadata: map[string]string{
			"toolchain":        toolchain.Name(e.options.Toolchain),
			"toolchainVersion": info.ToolchainVersion.String(),
			"typechecker":      toolchain.TypeCheckerName(e.options.Typechecker),
		},
	}, nil
}

// about asks e about itself. With pip it does so without running pip, which costs 0.3 s, because the engine asks at the
// start of every preview.
func (h *host) about(ctx context.Context, e *environment) (toolchain.Info, error) {
	if err := e.require(ctx, io.Discard); err != nil {
		return toolchain.Info{}, err
	}
	if e.options.Toolchain != toolchain.Pip {
		return e.Toolchain.About(ctx)
	}
	held, err := h.take(ctx, e)
	if err != nil {
		return toolchain.Info{}, err
	}
	info := toolchain.Info{PythonExecutable: held.Executable}
	if info.PythonVersion, err = toolchain.ParsePythonVersion(held.Version); err != nil {
		return info, err
	}
	// An environment may lack pip: then its version is the zero one.
	info.ToolchainVersion, _ = semver.ParseTolerant(held.version("pip"))
	return info, nil
}

// RuntimeOptionsPrompts returns what `pulumi new` should ask: the toolchain, and with pip the virtual environment.
func (h *host) RuntimeOptionsPrompts(
	_ context.Context, request *pulumirpc.RuntimeOptionsRequest,
) (*pulumirpc.RuntimeOptionsResponse, error) {
	given := request.Info.GetOptions().AsMap()
	chosen, isChosen := given["toolchain"]
	_, hasEnvironment := given["virtualenv"]
	response := &pulumirpc.RuntimeOptionsResponse{}
	switch {
	case !isChosen:
		pip := answer("pip")
		response.Prompts = append(response.Prompts, &pulumirpc.RuntimeOptionPrompt{
			Key:         "toolchain",
			Description: "The toolchain to use for installing dependencies and running the program",
			PromptType:  pulumirpc.RuntimeOptionPrompt_STRING,
			// Those that are not installed are offered as such.
			Choices: append([]*pulumirpc.RuntimeOptionPrompt_RuntimeOptionValue{pip},
				plugin.MakeExecutablePromptChoices("poetry", "uv")...),
			Default: pip,
		})
	case chosen == "pip" && !hasEnvironment:
		response.Prompts = append(response.Prompts, &pulumirpc.RuntimeOptionPrompt{
			Key:         "virtualenv",
			Description: "The virtualenv to use",
			PromptType:  pulumirpc.RuntimeOptionPrompt_STRING,
			Choices:     []*pulumirpc.RuntimeOptionPrompt_RuntimeOptionValue{answer(pluginEnvironment)},
			Default:     answer(pluginEnvironment),
		})
	}
	return response, nil
}

func answer(text string) *pulumirpc.RuntimeOptionPrompt_RuntimeOptionValue {
	return &pulumirpc.RuntimeOptionPrompt_RuntimeOptionValue{
		PromptType:  pulumirpc.RuntimeOptionPrompt_STRING,
		StringValue: text,
		DisplayName: text,
	}
}
