// What @cloud-copilot/iam-simulate, an evaluator of IAM policies that is not ours, makes of a table of
// conditions: `node policy_conditions.cjs TABLE`. One line for each case: true, false, or an error.

const { readFileSync } = require('node:fs')
const { runUnsafeSimulation } = require('@cloud-copilot/iam-simulate')

const accountId = '111122223333'

function isMet({ condition, context, version = '2012-10-17' }) {
  const statement = { Effect: 'Allow', Action: '*', Resource: '*', Condition: condition }
  const simulation = {
    request: {
      principal: `arn:aws:iam::${accountId}:user/alice`,
      action: 's3:ListAllMyBuckets',
      resource: { resource: '*', accountId },
      contextVariables: context,
    },
    identityPolicies: [{ name: 'policy', policy: { Version: version, Statement: statement } }],
    serviceControlPolicies: [],
    resourceControlPolicies: [],
  }
  return runUnsafeSimulation(simulation, {}) === 'Allowed'
}

for (const row of JSON.parse(readFileSync(process.argv[2], 'utf8'))) {
  let answer
  try {
    answer = isMet(row)
  } catch (error) {
    answer = error
  }
  console.log(String(answer))
}
