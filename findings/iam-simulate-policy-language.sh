#!/usr/bin/env bash
# @cloud-copilot/iam-simulate 0.1.173, an evaluator of IAM policies (npm), 2026-11-30.
#
# Guess: it decides conditions as the IAM User Guide describes them.
#
# Observed: it does, but for three parts of the policy language.
# 1. "Version": "2008-10-17" (or none): AWS takes `${aws:username}` for plain text there. The evaluator
#    replaces it all the same.
#    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
# 2. Dates may be written in seconds since 1970. The evaluator never matches such a date.
#    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
# 3. `${$}` stands for a dollar sign. The evaluator does not match one.
#    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
#
# Prints what it decides for each, beside the same condition in a form that it does know. Exits with 1 when
# one of the six answers is another than on that day.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
npm install --prefix "$folder" --no-audit --no-fund --silent @cloud-copilot/iam-simulate@0.1.173

cat >"$folder/decide.cjs" <<'SCRIPT'
const { runUnsafeSimulation } = require('@cloud-copilot/iam-simulate')
const accountId = '111122223333'
const decide = (Version, Condition, contextVariables) =>
  runUnsafeSimulation(
    {
      request: {
        principal: `arn:aws:iam::${accountId}:user/alice`,
        action: 's3:ListAllMyBuckets',
        resource: { resource: '*', accountId },
        contextVariables,
      },
      identityPolicies: [
        {
          name: 'policy',
          policy: { Version, Statement: { Effect: 'Allow', Action: '*', Resource: '*', Condition } },
        },
      ],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  )
const name = { 'aws:username': 'alice' }
const byName = { StringEquals: { 'aws:username': '${aws:username}' } }
const at = { 'aws:CurrentTime': '2020-01-01T00:00:00Z' }
const cases = [
  ['variable, version 2012-10-17', '2012-10-17', byName, name, 'Allowed'],
  ['variable, version 2008-10-17', '2008-10-17', byName, name, 'Allowed'],
  ['date as ISO 8601', '2012-10-17', { DateLessThan: { 'aws:CurrentTime': '2020-01-01T00:00:01Z' } }, at, 'Allowed'],
  ['date as seconds', '2012-10-17', { DateLessThan: { 'aws:CurrentTime': '1577836801' } }, at, 'ImplicitlyDenied'],
  ['plain text', '2012-10-17', { StringEquals: { 'aws:username': 'a1' } }, { 'aws:username': 'a1' }, 'Allowed'],
  ['${$}', '2012-10-17', { StringEquals: { 'aws:username': '${$}1' } }, { 'aws:username': '$1' }, 'ImplicitlyDenied'],
]
let changed = false
for (const [what, version, condition, context, then] of cases) {
  const now = decide(version, condition, context)
  console.log(`${what}: ${now}`)
  changed ||= now !== then
}
process.exit(changed ? 1 : 0)
SCRIPT

cd "$folder"
node decide.cjs
