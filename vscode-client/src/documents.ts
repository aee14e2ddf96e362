/** Virtual documents of the scheme `holegram`, which show what the server says. */

import * as vscode from "vscode";

export interface Documents {
  /** Shows a text beside the editor; one that was shown under the same name is replaced. */
  show(name: string, text: string): Promise<void>;
  /** Shows Markdown beside the editor as a page to read. */
  showPage(name: string, markdown: string): Promise<void>;
  dispose(): void;
}

export function createDocuments(): Documents {
  const texts = new Map<string, string>();
  const changed = new vscode.EventEmitter<vscode.Uri>();
  let pages = 0;
  const provider = vscode.workspace.registerTextDocumentContentProvider("holegram", {
    onDidChange: changed.event,
    provideTextDocumentContent: (uri) => texts.get(uri.path),
  });
  return {
    async show(name, text) {
      const uri = vscode.Uri.from({ scheme: "holegram", path: name });
      texts.set(name, text);
      changed.fire(uri);
      const document = await vscode.workspace.openTextDocument(uri);
      await vscode.window.showTextDocument(document, {
        viewColumn: vscode.ViewColumn.Beside,
        preserveFocus: true,
        preview: true,
      });
    },
    async showPage(name, markdown) {
      pages += 1; // a preview looks at a document once
      const path = `${pages}/${name}`;
      texts.delete(`${pages - 1}/${name}`);
      texts.set(path, markdown);
      await vscode.commands.executeCommand("markdown.showPreviewToSide", vscode.Uri.from({ scheme: "holegram", path }));
    },
    dispose() {
      provider.dispose();
      changed.dispose();
    },
  };
}
