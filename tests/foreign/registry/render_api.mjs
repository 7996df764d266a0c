// npm's render-api against the emulator at RENDER_HOST. It checks every reply with zod. Where its schemas want what
// Render does not send, the emulator must disappoint it as Render does.
//
// usage: render_api.mjs FOLDER_WITH_NODE_MODULES

import assert from "node:assert/strict";
import { createRequire } from "node:module";

const {
  RenderAuthError, RenderBadRequestError, RenderClient, RenderNotFoundError, RenderRateLimitError, RenderValidationError,
} = createRequire(process.argv[2] + "/")("render-api");

const web = "srv-web00000000000000000";
const slow = "srv-slow0000000000000000";
const owner = "tea-registry000000000000";
const mostPolls = 3000;
const options = { apiKey: process.env.RENDER_API_KEY, baseUrl: process.env.RENDER_HOST, maxRetries: 0, debug: true };
const render = new RenderClient(options);
const { services, envGroups } = render;
const { deploys, envVars, secretFiles } = services;

async function all(pages) {
  const items = [];
  for await (const item of pages) items.push(item);
  return items;
}

async function wait(service, deploy, wanted) {
  for (let poll = 0; poll < mostPolls; ++poll) {
    const seen = await deploys.retrieve(service, deploy);
    if (seen.status === wanted) return seen;
  }
  return assert.fail(`the deploy never was ${wanted}`);
}

// Render's 202 has no body, and this client parses one; the request took effect.
const withoutBody = (promise) => assert.rejects(promise, SyntaxError);

const workflows = {
  async accounts() {
    assert.ok((await render.users.me()).email);
    assert.equal((await render.workspaces.list()).items[0].id, owner);
    assert.equal((await render.workspaces.retrieve(owner)).type, "team");
    await assert.rejects(new RenderClient({ ...options, apiKey: "rnd_wrong" }).users.me(), RenderAuthError);
  },

  async lists() {
    assert.equal((await all(services.listAll({ limit: 15 }))).length, 43);
    const page = await services.list({ limit: 43 });
    assert.ok(page.hasMore && page.items.length === 43);
    assert.deepEqual((await services.list({ cursor: page.cursor })).items, []);
    const sites = await services.list({ type: ["static_site", "cron_job"], ownerId: [owner, "tea-other000000000000000"] });
    assert.deepEqual(sites.items.map((site) => site.name), ["site"]);
    assert.deepEqual((await services.list({ suspended: "suspended" })).items, []);
    await assert.rejects(services.list({ limit: 200 }), RenderBadRequestError);
    await assert.rejects(services.retrieve("srv-nobody00000000000000"), RenderNotFoundError);
  },

  async aService() {
    const { service, deployId } = await services.create({
      type: "web_service", name: "new", ownerId: owner, repo: "https://github.com/example/new",
      envVars: [{ key: "PORT", value: "1" }],
      serviceDetails: {
        runtime: "node", plan: "starter", region: "ohio",
        envSpecificDetails: { buildCommand: "npm ci", startCommand: "npm start" },
      },
    });
    await wait(service.id, deployId, "live");
    assert.equal((await services.update(service.id, { name: "newer", autoDeploy: "no" })).name, "newer");
    await withoutBody(services.scale(service.id, { numInstances: 2 }));
    const { serviceDetails } = await services.retrieve(service.id);
    assert.deepEqual([serviceDetails.numInstances, serviceDetails.region], [2, "ohio"]);
    await withoutBody(services.restart(service.id));
    await withoutBody(services.suspend(service.id));
    assert.equal((await services.retrieve(service.id)).suspended, "suspended");
    await withoutBody(services.resume(service.id));
    assert.equal((await services.retrieve(service.id)).suspended, "not_suspended");
    await services.delete(service.id);
    await assert.rejects(services.delete(service.id), RenderNotFoundError);
  },

  async variables() {
    assert.equal((await all(envVars.listAll(web))).length, 22);
    assert.deepEqual(await envVars.set(web, "KEY_00", "changed"), { key: "KEY_00", value: "changed" });
    await envVars.delete(web, "KEY_01");
    await assert.rejects(envVars.retrieve(web, "KEY_01"), RenderNotFoundError);
    const replaced = await envVars.update(web, [{ key: "A", value: "1" }, { key: "B", generateValue: true }]);
    const keys = (list) => list.map(({ key }) => key).sort();
    assert.deepEqual(keys(replaced), ["A", "B"]);
    assert.deepEqual(keys((await envVars.list(web)).items), ["A", "B"]);
    assert.equal((await envVars.retrieve(web, "B")).value.length, 44);
    await secretFiles.set(web, "ca.pem", "made-up");
    assert.deepEqual((await secretFiles.list(web)).items, [{ name: "ca.pem" }]);
    await secretFiles.delete(web, "ca.pem");
  },

  async groups() {
    const group = await envGroups.create({
      name: "new", ownerId: owner, envVars: [{ key: "URL", value: "x" }], secretFiles: [{ name: "f", content: "y" }],
    });
    await envGroups.linkService(group.id, web);
    assert.deepEqual((await envGroups.retrieve(group.id)).serviceLinks.map(({ id }) => id), [web]);
    // Recorded: a PUT answers with the whole group, and the client wants the variable.
    await assert.rejects(envGroups.updateEnvVar(group.id, "URL", "changed"), RenderValidationError);
    assert.equal((await envGroups.retrieveEnvVar(group.id, "URL")).value, "changed");
    assert.equal((await envGroups.retrieveSecretFile(group.id, "f")).name, "f");
    await envGroups.deleteEnvVar(group.id, "URL");
    assert.equal((await envGroups.update(group.id, { name: "newer" })).name, "newer");
    await envGroups.unlinkService(group.id, web);
    assert.deepEqual((await envGroups.retrieve(group.id)).serviceLinks, []);
    await envGroups.delete(group.id);
    await assert.rejects(envGroups.retrieve(group.id), RenderNotFoundError);
    // Render's list has no values, and the client wants them.
    await assert.rejects(envGroups.list(), (error) => error instanceof RenderValidationError && /envVars/.test(error.message));
  },

  async deploysOfAService() {
    const first = await deploys.create(slow, { clearCache: "clear" });
    assert.deepEqual([first.status, first.trigger], ["build_in_progress", "api"]);
    await withoutBody(deploys.create(slow, {}));
    // The client's statuses lack `queued`.
    await assert.rejects(deploys.list(slow), RenderValidationError);
    assert.equal((await deploys.cancel(slow, first.id)).status, "canceled");
    assert.equal((await deploys.list(slow)).items[0].status, "build_in_progress");
    const before = (await deploys.list(web, { limit: 1 })).items[0];
    await wait(web, (await deploys.create(web, {})).id, "live");
    assert.equal((await deploys.retrieve(web, before.id)).status, "deactivated");
    const back = await deploys.rollback(web, { deployId: before.id });
    assert.equal(back.trigger, "rollback");
    await wait(web, back.id, "live");
    assert.equal((await all(deploys.listAll(web, { limit: 2 }))).length, 3);
  },

  async attachments() {
    const disk = await render.disks.create({ name: "data", sizeGB: 1, mountPath: "/data", serviceId: web });
    assert.equal((await render.disks.update(disk.id, { sizeGB: 2 })).sizeGB, 2);
    assert.deepEqual((await all(render.disks.listAll())).map(({ id }) => id), [disk.id]);
    await render.disks.delete(disk.id);
    // Recorded: the reply is a list, of the domain and of www.
    await assert.rejects(services.customDomains.create(web, { name: "example.com" }), RenderValidationError);
    assert.equal((await services.customDomains.list(web, { domainType: "apex" })).items[0].name, "example.com");
    await services.customDomains.delete(web, "example.com");
    const project = await render.projects.create({ name: "shop", ownerId: owner, environments: [{ name: "staging" }] });
    assert.equal((await render.projects.list({ name: "shop" })).items[0].id, project.id);
    await render.projects.delete(project.id);
  },

  async emptyLists() {
    const lists = [render.postgres, render.keyValue, render.redis, render.blueprints, render.registryCredentials];
    for (const list of lists) assert.deepEqual((await list.list()).items, []);
    assert.deepEqual((await services.jobs.list(web)).items, []);
  },

  async aSpentLimit() {
    await assert.rejects(render.events.retrieve("evt-limited0000000000000"),
      (error) => error instanceof RenderRateLimitError && error.retryAfter === 3);
  },
};

for (const [name, play] of Object.entries(workflows)) {
  console.log(`-- ${name}`);
  await play();
}
console.log("done");
