/** The server as a process with a client: started, stopped, and started again when it dies. */

import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  type LanguageClientOptions,
  type StaticFeature,
} from "vscode-languageclient/node";
import { afterDeath } from "./backoff";
import type { Location, Missing } from "./locate";
import type { Life, ModelStatus } from "./status";

export interface Plan {
  find(): Promise<Location>;
  /** What a client of a server is made with; asked anew at each start. */
  options(command: string): Promise<LanguageClientOptions>;
  /** A folder of the extension's own, in which the server runs, so that it finds no code of a workspace. */
  readonly home: string;
  readonly log: vscode.LogOutputChannel;
  lives(life: Life): void;
  says(status: ModelStatus): void;
  missing(location: Missing): void;
}

export interface Server {
  /** The client of a server that runs. */
  client(): LanguageClient | undefined;
  /** Starts the server anew; what went wrong before is forgotten. */
  restart(): Promise<void>;
  /** The same a moment later, once for several reasons that come together. */
  restartSoon(): void;
  stop(): Promise<void>;
  /** Lets the server ask for the settings again. */
  tellSettings(): void;
}

/** Milliseconds within which several reasons for a restart are one. */
const TOGETHER = 200;

export function createServer(plan: Plan): Server {
  let client: LanguageClient | undefined;
  let deaths: readonly number[] = [];
  let timer: NodeJS.Timeout | undefined;
  let soon: NodeJS.Timeout | undefined;
  let turn: Promise<void> = Promise.resolve();

  /** One thing after the other, whatever became of the one before. */
  function queued(work: () => Promise<void>): Promise<void> {
    turn = turn.then(work).catch((error: unknown) => {
      plan.log.error(String(error));
    });
    return turn;
  }

  async function start(): Promise<void> {
    plan.lives({ state: "starting" });
    const location = await plan.find();
    if ("problem" in location) {
      plan.log.error(location.problem);
      plan.lives({ state: "failed", problem: location.problem, missing: !location.set });
      plan.missing(location);
      return;
    }
    plan.log.info(`server: ${location.command} (${location.origin})`);
    const started = clientFor(location.command, await plan.options(location.command));
    client = started;
    try {
      await started.start();
      if (client === started) {
        plan.log.info(`server: version ${started.initializeResult?.serverInfo?.version ?? "unknown"}`);
        plan.lives({ state: "running" });
      }
    } catch (error) {
      plan.log.error(`server: ${String(error)}`);
      died(started);
    }
  }

  async function end(): Promise<void> {
    clearTimeout(timer);
    const ended = client;
    client = undefined;
    try {
      await ended?.dispose();
    } catch (error) {
      plan.log.warn(`server: ${String(error)}`);
    }
  }

  function died(dead: LanguageClient): void {
    if (client !== dead) {
      return;
    }
    client = undefined;
    const verdict = afterDeath(deaths, Date.now());
    deaths = verdict.deaths;
    if (verdict.wait === undefined) {
      plan.lives({ state: "failed", problem: `The server crashed ${deaths.length} times. Restart it from the menu; the log may say why it crashes.` });
      void offerHelp(`The Holegram server crashed ${deaths.length} times, and is not started again.`);
      return;
    }
    plan.lives({ state: "waiting", problem: "The server crashed and is being restarted." });
    timer = setTimeout(() => void queued(start), verdict.wait);
    if (verdict.tell) {
      void offerHelp("The Holegram server crashed and is being restarted.");
    }
  }

  async function offerHelp(message: string): Promise<void> {
    const chosen = await vscode.window.showWarningMessage(message, "Show Log", "Restart Now");
    if (chosen === "Show Log") {
      plan.log.show();
    } else if (chosen === "Restart Now") {
      await restart();
    }
  }

  function clientFor(command: string, options: LanguageClientOptions): LanguageClient {
    const server = {
      command,
      args: ["serve"],
      options: { cwd: plan.home, env: { ...process.env, PYTHONSAFEPATH: "1", PYTHONUTF8: "1" } },
    };
    const made = new QuietClient("holegram", "Holegram", server, {
      ...options,
      errorHandler: {
        error: (_error, _message, count) => ({
          action: (count ?? 0) <= 3 ? ErrorAction.Continue : ErrorAction.Shutdown,
        }),
        closed: () => {
          died(made);
          return { action: CloseAction.DoNotRestart, handled: true, message: "The server crashed." };
        },
      },
    });
    made.registerFeature(wantsStatus);
    made.onNotification("holegram/status", (status: ModelStatus) => {
      plan.says(status);
    });
    return made;
  }

  function running(): LanguageClient | undefined {
    return client?.isRunning() === true ? client : undefined;
  }

  function restart(): Promise<void> {
    deaths = [];
    return queued(async () => {
      await end();
      await start();
    });
  }

  return {
    client: running,
    restart,
    restartSoon() {
      clearTimeout(soon);
      soon = setTimeout(() => void restart(), TOGETHER);
    },
    stop() {
      clearTimeout(soon);
      return queued(async () => {
        await end();
        plan.lives({ state: "stopped" });
      });
    },
    tellSettings() {
      void running()?.sendNotification("workspace/didChangeConfiguration", { settings: null });
    },
  };
}

/** Writes its errors to the log alone: what the user has to know is said here, once. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

/** Tells the server that its status is shown here. */
const wantsStatus: StaticFeature = {
  fillClientCapabilities(capabilities) {
    const others: unknown = capabilities.experimental;
    capabilities.experimental = { ...(typeof others === "object" ? others : {}), holegramStatus: true };
  },
  initialize: () => undefined,
  getState: () => ({ kind: "static" }),
  clear: () => undefined,
};
