/** A repository with a key of its own, and the role with which a pipeline on GitHub pushes to it. */

import * as pulumi from "@pulumi/pulumi";
import { PushRole, RepositoryKey, SecureRepository } from "@pulumi/secure-ecr";

const config = new pulumi.Config();
const accountId = config.require("accountId");
const region = new pulumi.Config("aws").require("region");

const key = new RepositoryKey("registry");
const api = new SecureRepository("api", {
    repositoryName: "payments/api",
    kmsKeyArn: key.keyArn,
    lifecycle: {
        untagged: { days: 7 },
        keep: [{ tagPatterns: ["v*"], count: 50 }],
    },
});
const ci = new PushRole("ci", {
    // Known at the first preview, unlike the output of the repository, so that the pack can judge the policy
    repositoryArns: [`arn:aws:ecr:${region}:${accountId}:repository/payments/api`],
    trust: {
        github: { repositories: [config.require("githubRepository")], environment: "registry" },
    },
});

export const url = api.repositoryUrl;
export const pushRoleArn = ci.roleArn;
