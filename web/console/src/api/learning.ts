// Studies of a month, unknown topics, the labelling queue; and the article drafts that topics become.
import { get, patch, post } from "./client";
import type { AgreementBoard, Dispute, EntityTitle, IntentTitle, LabelProgress, Marked, SettledSentence, Study, StudyPage, Task, Topic, TopicPage, Wording } from "./learningTypes";
import type { Page } from "./types";

const BASE = "/learning";
export interface TopicFilter {
  month: string;
  state: string;
  suggestion: string;
  order: string;
}

export const fetchStudies = (): Promise<StudyPage> => get(`${BASE}/studies`, { size: 12 });
export const beginStudy = (month: string): Promise<{ study: Study }> => post(`${BASE}/studies`, { month });
export const fetchTopics = (filter: TopicFilter, page: number, size: number): Promise<TopicPage> => get(`${BASE}/topics`, { ...filter, page, size });
export const fetchTopic = (id: number): Promise<{ topic: Topic; questions: Wording[] }> => get(`${BASE}/topics/${id}`);
export const ignoreTopic = (id: number, reason: string): Promise<unknown> => post(`${BASE}/topics/${id}/ignore`, { reason }, reason);
export const reopenTopic = (id: number, reason: string): Promise<unknown> => post(`${BASE}/topics/${id}/reopen`, { reason }, reason);
export const trainTopic = (id: number, intent: string, questions: number[]): Promise<{ accepted: number }> => post(`${BASE}/topics/${id}/sentences`, { intent, questions });

export const fetchTitles = (): Promise<{ intents: IntentTitle[]; entities: EntityTitle[] }> => get(`${BASE}/intents`);
export const takeTasks = (month: string, topic: number | null, size: number): Promise<{ items: Task[]; progress: LabelProgress }> =>
  post(`${BASE}/queue`, { size, month, topic });
export const sendLabel = (question: number, verdict: "label" | "skip", intents: string[], entities: Marked[], seconds: number): Promise<{ progress: LabelProgress }> =>
  post(`${BASE}/labels`, { question, verdict, intents, entities, seconds });
export const undoLabel = (question: number): Promise<{ task: Task; progress: LabelProgress }> => post(`${BASE}/labels/${question}/undo`);
export const fetchAgreement = (month: string): Promise<AgreementBoard> => get(`${BASE}/agreement`, { month });
export const fetchDisputes = (page: number, size: number): Promise<Page<Dispute>> => get(`${BASE}/disputes`, { page, size });
export const settleDispute = (id: number, intents: string[], entities: Marked[]): Promise<{ left: number }> => post(`${BASE}/disputes/${id}/settle`, { intents, entities });
export const dropDispute = (id: number): Promise<{ left: number }> => post(`${BASE}/disputes/${id}/settle`, { drop: true });
export const fetchSentences = (month: string, intent: string, page: number, size: number): Promise<Page<SettledSentence>> => get(`${BASE}/sentences`, { month, intent, page, size });

/** A new article as a draft, and the topic's note of it. */
export async function draftArticle(topic: Topic, question: string, similar: string[], answer: string): Promise<string> {
  const { id } = await post<{ id: string }>("/knowledge/articles", { origin: "topic", article: { question, similar, ...(answer ? { answer } : {}) } });
  await post(`${BASE}/topics/${topic.id}/article`, { article: id });
  return id;
}

/** Further wordings for an article that is there, as a new version in draft, and the topic's note of it. */
export async function extendArticle(topic: Topic, wordings: string[]): Promise<number> {
  const path = `/knowledge/articles/${encodeURIComponent(topic.nearest)}`;
  const held = await get<{ edit: number; article: { question: string; similar: string[] } }>(path);
  const known = new Set([held.article.question, ...held.article.similar]);
  const fresh = wordings.filter((wording) => !known.has(wording));
  if (fresh.length) await patch(path, { edit: held.edit, article: { similar: [...held.article.similar, ...fresh] } });
  await post(`${BASE}/topics/${topic.id}/article`, { article: topic.nearest });
  return fresh.length;
}
