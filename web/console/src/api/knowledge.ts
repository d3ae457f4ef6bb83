// Articles: lists, drafts, review, publishing, import, the whole base.
import { download, get, patch, post, put, sendFile } from "./client";
import type {
  Article, ArticleContent, ArticleFilter, ArticleList, Caution, Conflict, FieldChange, HitTest, ImportReport, KnowledgeOptions, Reminder, Revision, Synonyms, SynonymTrial,
} from "./knowledgeTypes";
import type { Page } from "./types";

const at = (id: string, act = ""): string => `/knowledge/articles/${encodeURIComponent(id)}${act && `/${act}`}`;
type Counted<T> = Page<T> & { counts: Record<string, number> };

export const fetchOptions = (): Promise<KnowledgeOptions> => get("/knowledge/options");
export const fetchArticles = (filter: ArticleFilter, page: number, size: number): Promise<ArticleList> => get("/knowledge/articles", { ...filter, page, size });
export const fetchArticle = (id: string, version: number | null = null): Promise<Article> => get(at(id), { version });
export const makeArticle = (article: Partial<ArticleContent>, id: string, note: string): Promise<Article> =>
  post("/knowledge/articles", { article, note, ...(id ? { id } : {}) });
export const changeArticle = (id: string, edit: number, article: Partial<ArticleContent>, note: string): Promise<Article> => patch(at(id), { edit, article, note });
export const submitArticle = (id: string, edit: number): Promise<Article> => post(at(id, "submit"), { edit });
export const withdrawArticle = (id: string, edit: number): Promise<Article> => post(at(id, "withdraw"), { edit });
export const actWithReason = (id: string, act: "discard" | "refuse" | "archive", edit: number, reason: string): Promise<Article> => post(at(id, act), { edit, reason });
export const publishArticle = (id: string, edit: number, acknowledge: string[]): Promise<Article> => post(at(id, "publish"), { edit, acknowledge });
export const rollBackArticle = (id: string, edit: number, version: number, reason: string): Promise<Article> => post(at(id, "rollback"), { edit, version, reason });
export const fetchDiff = (id: string, from: number | null, to: number | null): Promise<{ from: number | null; to: number; changes: FieldChange[] }> => get(at(id, "diff"), { from, to });
export const fetchWarnings = (id: string): Promise<{ version: number; warnings: Caution[] }> => get(at(id, "warnings"));
export const testHits = (id: string, questions: string[], region: string | null): Promise<HitTest> => post(at(id, "hit-test"), { questions, region });
export const publishMany = (
  items: { id: string; edit: number }[],
  acknowledge: string[],
): Promise<{ published: string[]; refused: { id: string; code: string; message: string; warnings?: Caution[] }[] }> => post("/knowledge/publish", { items, acknowledge });
export const importFile = (file: File, options: { dry_run: 0 | 1; submit: 0 | 1; skip_errors: 0 | 1 }): Promise<ImportReport> =>
  sendFile("/knowledge/import", file, { name: file.name, ...options });
export const fetchTemplate = (format: string): Promise<void> => download("/knowledge/import/template", { format }, `知识导入模板.${format}`);
export const exportArticles = (filter: ArticleFilter, format: string): Promise<void> => download("/knowledge/export", { ...filter, format }, `知识.${format === "yaml" ? "yml" : format}`);
export const fetchConflicts = (kind: string, page: number, size: number): Promise<Counted<Conflict>> => get("/knowledge/conflicts", { kind, page, size });
export const fetchReminders = (days: number, page: number, size: number): Promise<Counted<Reminder>> => get("/knowledge/reminders", { days, page, size });
export const fetchRevisions = (page: number, size: number): Promise<Page<Revision> & { current: number }> => get("/knowledge/revisions", { page, size });
export const restoreRevision = (revision: number, reason: string): Promise<{ revision: number; changed: string[] }> => post("/knowledge/restore", { revision, reason });
export const fetchSynonyms = (): Promise<Synonyms> => get("/knowledge/synonyms");
export const changeSynonyms = (edit: number, changes: Record<string, string[]>, note: string): Promise<Synonyms> => put("/knowledge/synonyms", { edit, changes, note });
export const actOnSynonyms = (act: "submit" | "withdraw" | "publish", edit: number): Promise<Synonyms> => post(`/knowledge/synonyms/${act}`, { edit });
export const dropSynonyms = (act: "discard" | "refuse", edit: number, reason: string): Promise<Synonyms> => post(`/knowledge/synonyms/${act}`, { edit, reason });
export const trySynonyms = (questions: string[]): Promise<SynonymTrial> => post("/knowledge/synonyms/try", { questions });
