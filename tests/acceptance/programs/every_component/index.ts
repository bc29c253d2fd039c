/** Every component, as a program in TypeScript declares it; Pulumi.yaml and __main__.py beside it declare the same. */

import * as pulumi from "@pulumi/pulumi";
import * as ecr from "@pulumi/secure-ecr";

const config = new pulumi.Config();

const key = new ecr.RepositoryKey("key", {
    administratorArns: ["arn:aws:iam::123456789012:role/administrator"],
    rotationDays: 180,
    multiRegion: true,
    region: "eu-central-1",
    accountId: "123456789012",
});
const app = new ecr.SecureRepository("app", {
    repositoryName: "team/app",
    kmsKeyArn: key.keyArn,
    mutableTagPatterns: ["branch-*"],
    mutableTagReasons: { "branch-*": "Deployed by its tag" },
    lifecycle: {
        untagged: { days: 3 },
        keep: [
            { tagPatterns: ["v*"], count: 100 },
            { any: true, days: 90 },
        ],
    },
    access: {
        pull: [{ accountId: "210987654321" }],
        statements: [
            {
                Sid: "NoDeletion",
                Effect: "Deny",
                Principal: "*",
                Action: "ecr:BatchDeleteImage",
                Condition: { NumericGreaterThan: { "aws:MultiFactorAuthAge": 3600 } },
            },
        ],
    },
    scanOnPush: true,
    tags: { cost_center: "7" },
});
const push = new ecr.PushRole("push", {
    repositoryArns: [app.repositoryArn],
    trust: { github: { repositories: ["shop/app"], branch: "main" } },
    roleName: "push",
});
new ecr.PullRole("pull", {
    repositoryArns: [app.repositoryArn],
    trust: { ecs: { accountId: "123456789012" } },
});
new ecr.RegistrySettings("registry", {
    accountId: "123456789012",
    region: "eu-central-1",
    scanning: {
        scanType: "ENHANCED",
        rules: [{ scanFrequency: "CONTINUOUS_SCAN", repositoryFilters: ["*"] }],
    },
    replicationSources: [{ accountId: "210987654321", repositoryPrefixes: ["team/"] }],
    creationTemplates: [{ prefix: "team", appliedFor: ["REPLICATION"], resourceTags: { cost_center: "7" } }],
    pullThrough: [
        {
            ecrRepositoryPrefix: "hub",
            upstreamRegistryUrl: "quay.io",
            importers: [{ accountId: "210987654321" }],
        },
    ],
    accountSettings: { BLOB_MOUNTING: "ENABLED" },
});
const replication = new ecr.ReplicationTopology("replication", {
    sourceAccountId: "123456789012",
    sourceRegion: "eu-central-1",
    destinations: [{ region: "eu-west-1" }, { region: "eu-west-2", repositoryPrefixes: ["team/"] }],
    tags: { cost_center: "7" },
});
new ecr.RegistryEndpoints("endpoints", {
    vpcId: config.require("vpcId"),
    subnetIds: [config.require("firstSubnetId"), config.require("secondSubnetId")],
    routeTableIds: [config.require("routeTableId")],
    clientCidrs: ["10.0.0.0/16"],
    allowedAccountIds: ["123456789012"],
    services: ["logs"],
    region: "eu-central-1",
});
new ecr.RegistryMonitoring("monitoring", {
    scanning: "enhanced",
    alertEmail: "registry@example.com",
    severities: ["CRITICAL"],
    quotaPercent: 90,
    accountId: "123456789012",
    region: "eu-central-1",
});
new ecr.PublicRepository("gallery", {
    repositoryName: "app",
    catalog: {
        description: "An application.",
        architectures: ["x86-64"],
        operatingSystems: ["Linux"],
    },
});

export const url = app.repositoryUrl;
export const pushRole = push.roleArn;
export const keys = replication.keyArns;
