/** Runs the program of index.ts inline, with the Automation API: that needs no language host of Node.js. */

import * as automation from "@pulumi/pulumi/automation";

async function main(command: string, stackName: string, policyPack?: string): Promise<void> {
    const stack = await automation.LocalWorkspace.selectStack(
        { stackName, projectName: "typescript", program: async () => require("./index") },
        { workDir: "." },
    );
    const options = {
        onOutput: (text: string) => process.stdout.write(text),
        onError: (text: string) => process.stderr.write(text),
        policyPacks: policyPack ? [policyPack] : [],
    };
    await (command === "up" ? stack.up(options) : stack.preview(options));
}

const [command, stackName, policyPack] = process.argv.slice(2);
main(command, stackName, policyPack).catch((error) => {
    if (!(error instanceof automation.CommandError)) throw error;
    process.exitCode = 1; // the engine has said why
});
