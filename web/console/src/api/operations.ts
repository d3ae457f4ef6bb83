// Figures, notices, tickets.
import { download, get, post } from "./client";
import type { Board, Notice, Ticket, TicketFull, TicketList } from "./operationsTypes";

export interface BoardQuery {
  since: number;
  until?: number;
  scope: string;
}

export const fetchBoard = (query: BoardQuery): Promise<Board> => get("/dashboard", { ...query });
export const exportBoard = (query: BoardQuery): Promise<void> => download("/dashboard/export", { ...query }, "dashboard.xlsx");

export const fetchNotices = (page: number, size: number, kind = "", onlyUnread = false): Promise<{ items: Notice[]; total: number; unread: number }> =>
  get("/notices", { page, size, kind, unread: onlyUnread ? 1 : "" });
export const fetchUnread = (): Promise<{ unread: number }> => get("/notices/unread");
export const readNotice = (id: number): Promise<{ unread: number }> => post(`/notices/${id}/read`);
export const readAllNotices = (): Promise<{ unread: number }> => post("/notices/read-all");

export interface TicketQuery {
  view: string;
  query: string;
  kind: string;
  status: string;
  scope: string;
  days: number;
}

export const fetchTickets = (query: TicketQuery, page: number, size: number): Promise<TicketList> => get("/tickets", { ...query, page, size });
export const fetchTicket = (number: string): Promise<{ ticket: TicketFull }> => get(`/tickets/${number}`);
export const exportTickets = (query: TicketQuery): Promise<void> => download("/tickets/export", { ...query }, "tickets.xlsx");
export type { Ticket };
