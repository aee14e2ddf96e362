/** Joins the parts: what is known of this window, and what follows when it changes. */

import { mkdirSync } from "node:fs";
import * as path from "node:path";
import * as vscode from "vscode";
import { clientOptions, dependentOnOurs } from "./client";
import { explain, showHole, showMenu, whyNothing, write } from "./commands";
import { NOTHING, inWords } from "./counters";
import { createDocuments } from "./documents";
import { findServer } from "./finding";
import { installWithProgress, offerInstallation } from "./installing";
import { onInterpreterChange, selectedInterpreter } from "./interpreter";
import { pickModel } from "./models";
import { FOLLOWED } from "./selector";
import { type Server, createServer } from "./server";
import { RESTARTING } from "./settings";
import { createSnooze } from "./snooze";
import { type State, createState } from "./state";
import { isLoaded, labelOf, shownFor, silenceIn } from "./status";
import { createStatusBar } from "./statusBar";
import { createSuggestions } from "./suggestions";

let server: Server | undefined;

/** Whether a message about an installation that failed has just offered what helps. */
let toldOfFailure = false;

export function activate(context: vscode.ExtensionContext): void {
  const home = context.globalStorageUri.fsPath;
  mkdirSync(home, { recursive: true });
  const log = vscode.window.createOutputChannel("Holegram", { log: true });
  const statusBar = createStatusBar();
  const state = createState(context.globalState, (now) => {
    statusBar.show(now);
  });
  const suggestions = createSuggestions(state, (document, position) => whyNothing(server?.client(), document, position));
  const environment = path.join(home, "server");
  server = createServer({
    find: () => findServer(environment),
    options: (command) =>
      clientOptions({ command, home, log, now: () => state.now(), middleware: suggestions.middleware }),
    home,
    log,
    lives: (life) => {
      state.learn({ life, thinking: false, ...(life.state === "running" ? {} : { model: undefined }) });
    },
    says: (model) => {
      state.learn({ model });
      if (isLoaded(model)) {
        void suggestions.resume();
      }
    },
    missing: (location) => {
      if (!toldOfFailure) {
        void offerInstallation(location);
      }
    },
  });
  context.subscriptions.push(log, statusBar, suggestions);
  register(context, { server, state, log, home, environment });
  restartWhereNeeded(context, server, state);
  startWhenConcerned(context, server);
}

export function deactivate(): Promise<void> | undefined {
  return server?.stop();
}

interface Parts {
  readonly server: Server;
  readonly state: State;
  readonly log: vscode.LogOutputChannel;
  readonly home: string;
  /** The extension's own environment for the server. */
  readonly environment: string;
}

function register(context: vscode.ExtensionContext, parts: Parts): void {
  const { server, state, log } = parts;
  const documents = createDocuments();
  const snooze = createSnooze((snoozedUntil) => {
    state.learn({ snoozedUntil, thinking: false });
    server.tellSettings();
  });
  const asking = { client: () => server.client(), documents, silence: () => silenceIn(state.now()) };
  const commands: Record<string, () => unknown> = {
    showMenu: () => showMenu(labelOf(shownFor(state.now())), state.now()),
    togglePause: () => {
      state.learn({ paused: !state.now().paused, thinking: false });
      server.tellSettings();
    },
    snooze: () => {
      snooze.toggle();
    },
    pickModel,
    explain: () => explain(asking),
    showHole: () => showHole(asking),
    write: () => write(asking),
    showLog: () => {
      log.show();
    },
    restart: () => server.restart(),
    installServer: () => installServer(parts),
    showCounters: () => showCounters(state),
  };
  const registered = Object.entries(commands).map(([name, run]) =>
    vscode.commands.registerCommand(`holegram.${name}`, run),
  );
  context.subscriptions.push(documents, snooze, ...registered);
}

async function installServer({ server, state, log, home, environment }: Parts): Promise<void> {
  const interpreter = state.now().trusted ? await selectedInterpreter() : undefined;
  await server.stop();
  state.learn({ life: { state: "installing" } });
  const step = (message: string): void => {
    state.learn({ life: { state: "installing", step: message } });
  };
  toldOfFailure = !(await installWithProgress({ environment, home, interpreter, log, step }));
  await server.restart();
  toldOfFailure = false;
}

async function showCounters(state: State): Promise<void> {
  const words = `Holegram: ${inWords(state.counts())}. Counted on this machine, and sent nowhere.`;
  if ((await vscode.window.showInformationMessage(words, "Reset")) === "Reset") {
    state.count((tally) => ({ ...tally, counts: NOTHING }));
  }
}

function restartWhereNeeded(context: vscode.ExtensionContext, server: Server, state: State): void {
  context.subscriptions.push(
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      state.learn({ trusted: true, life: { state: "starting" } });
      server.restartSoon();
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (RESTARTING.some((section) => event.affectsConfiguration(section))) {
        server.restartSoon();
      }
    }),
  );
  void onInterpreterChange(() => {
    server.restartSoon();
  }).then((watching) => context.subscriptions.push(watching));
}

/** Starts the server as soon as there is a document in a language that it knows, or a bundle of the user's own. */
function startWhenConcerned(context: vscode.ExtensionContext, server: Server): void {
  if (concerned()) {
    void server.restart();
    return;
  }
  const waiting = vscode.workspace.onDidOpenTextDocument(() => {
    if (concerned()) {
      waiting.dispose();
      server.restartSoon();
    }
  });
  context.subscriptions.push(waiting);
}

function concerned(): boolean {
  const bundles = vscode.workspace.getConfiguration("holegram").get<string[]>("bundles", []);
  const followed = [...FOLLOWED, ...dependentOnOurs()];
  return bundles.length > 0 || vscode.workspace.textDocuments.some(({ languageId }) => followed.includes(languageId));
}
