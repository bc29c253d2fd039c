package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi/sdk/v3/python/toolchain"
)

// check runs the type checker that the options name, if any, over the program.
func (e *environment) check(ctx context.Context, held inventory) error {
	var checker string
	switch e.options.Typechecker {
	case toolchain.TypeCheckerMypy:
		checker = "mypy"
	case toolchain.TypeCheckerPyright:
		checker = "pyright"
	default:
		return nil
	}
	if !held.has(checker) {
		return refusal("runtime.options.typechecker: %s must be installed, got none; "+
			"add it to the program's requirements and run `pulumi install`", checker)
	}
	folder := e.options.ProgramDir
	arguments := []string{folder}
	if checker == "mypy" { // finds the environment inside the program's folder, and would check all of it
		virtualenv, err := e.VirtualEnvPath(ctx)
		if err != nil {
			return err
		}
		if relative, err := filepath.Rel(folder, virtualenv); err == nil && filepath.IsLocal(relative) && relative != "." {
			arguments = []string{"--exclude", relative, folder}
		}
	}
	command, err := e.ModuleCommand(ctx, checker, arguments...)
	if err != nil {
		return err
	}
	command.Dir, command.Stdout, command.Stderr = folder, os.Stdout, os.Stderr
	if err := run(command, command.Wait); err != nil {
		return fmt.Errorf("%s failed: %w", checker, err)
	}
	return nil
}
