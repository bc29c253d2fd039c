package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/emptypb"

	"secure-ecr/sandbox/engine/service"
)

// TestMain lets the test's own binary play the engine and the host, which must be processes to be killed.
func TestMain(m *testing.M) {
	switch os.Getenv("PLAY") {
	case "engine":
		playEngine()
	case "host":
		if err := serve(&host{engine: "127.0.0.1:1", executor: os.Getenv("EXECUTOR")}); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	default:
		os.Exit(m.Run())
	}
}

// playEngine starts a host like the engine does: with a pipe that it never writes to, in a process group of its own.
func playEngine() {
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), "PLAY=host")
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if _, err := command.StdinPipe(); err != nil {
		panic(err)
	}
	if err := command.Start(); err != nil {
		panic(err)
	}
	fmt.Println("host", command.Process.Pid)
	_ = command.Wait()
}

// stage is an engine with a host that runs a program, which sleeps.
type stage struct {
	engine  *exec.Cmd
	host    int
	program int
	client  pulumirpc.LanguageRuntimeClient
	ran     chan error
}

func setStage(t *testing.T) stage {
	t.Helper()
	folder := t.TempDir()
	write(t, "", folder, "site", "pulumi-3.272.0.dist-info", "METADATA")
	write(t, "import os, pathlib, time\npathlib.Path('started').write_text(f'{os.getpid()}\\n')\ntime.sleep(60)\n",
		folder, "executor.py")

	engine := exec.Command(os.Args[0])
	engine.Dir = folder
	engine.Env = append(os.Environ(), "PLAY=engine", "EXECUTOR="+filepath.Join(folder, "executor.py"),
		"PYTHONPATH="+filepath.Join(folder, "site"))
	output, err := engine.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := engine.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = engine.Process.Kill(); _ = engine.Wait() })
	var pid, port int
	for lines := bufio.NewScanner(output); (pid == 0 || port == 0) && lines.Scan(); {
		text, isPid := strings.CutPrefix(lines.Text(), "host ")
		number, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		if isPid {
			pid = number
		} else {
			port = number
		}
	}
	if port == 0 {
		t.Fatal("the host did not come alive")
	}
	connection, err := grpc.NewClient(fmt.Sprintf("127.0.0.1:%d", port),
		grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = connection.Close() })
	set := stage{engine, pid, 0, pulumirpc.NewLanguageRuntimeClient(connection), make(chan error, 1)}
	info := program(t, folder, nil)
	go func() {
		_, err := set.client.Run(context.Background(), &pulumirpc.RunRequest{Info: info})
		set.ran <- err
	}()
	if !within(10*time.Second, func() bool {
		text, _ := os.ReadFile(filepath.Join(folder, "started"))
		set.program, _ = strconv.Atoi(strings.TrimSpace(string(text)))
		return set.program > 0
	}) {
		t.Fatal("the program did not start")
	}
	return set
}

// within tells whether is becomes true in time.
func within(limit time.Duration, is func() bool) bool {
	for end := time.Now().Add(limit); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if is() {
			return true
		}
	}
	return is()
}

// ended tells whether there is no such process any more, apart from one that its parent has not looked after yet.
func ended(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return true
	}
	output, err := exec.Command("ps", "-o", "stat=", "-p", strconv.Itoa(pid)).Output()
	return err != nil || strings.HasPrefix(strings.TrimSpace(string(output)), "Z")
}

func TestNothingOutlivesAKilledEngine(t *testing.T) {
	set := setStage(t)
	if err := set.engine.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = set.engine.Wait()
	for name, pid := range map[string]int{"host": set.host, "program": set.program} {
		if !within(service.Farewell, func() bool { return ended(pid) }) {
			t.Errorf("the %s outlives the engine", name)
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}

func TestCancelStopsTheProgramAndNotTheHost(t *testing.T) {
	set := setStage(t)
	start := time.Now()
	if _, err := set.client.Cancel(t.Context(), &emptypb.Empty{}); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-set.ran:
		if err == nil {
			t.Error("a program that was stopped has not run well")
		}
	case <-time.After(service.Farewell):
		t.Error("the program goes on")
	}
	if took := time.Since(start); took > patience {
		t.Errorf("it took %s", took)
	}
	if _, err := set.client.GetPluginInfo(t.Context(), &emptypb.Empty{}); err != nil {
		t.Errorf("the host does not answer any more: %v", err)
	}
}

func TestAnInterruptEndsTheHostAtOnce(t *testing.T) {
	set := setStage(t)
	if err := syscall.Kill(-set.host, syscall.SIGINT); err != nil { // as the engine does when it closes a host
		t.Fatal(err)
	}
	if !within(patience, func() bool { return ended(set.host) && ended(set.program) }) {
		t.Error("the host or its program is still there")
	}
}
