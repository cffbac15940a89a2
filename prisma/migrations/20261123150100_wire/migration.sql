-- Rows as the wire wants them (server/protocol/wire.ts): the one place where a column becomes a word.
-- Plain SQL of one expression each, so that the planner folds them into the query that calls them.

CREATE FUNCTION wire_time(moment timestamptz) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

-- What is absent stays absent; only a tombstone's body is null. A tombstone keeps its place and its author, nothing else.
CREATE FUNCTION message_json(m messages) RETURNS json LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT concat(
    '{"roomId":"', m.room_id, '","seq":', m.seq, ',"rev":', m.rev, ',"id":"', m.id, '","authorId":"', m.author_id,
    '","body":', coalesce(to_json(m.body)::text, 'null'),
    ',"replyTo":' || m.reply_to,
    ',"reactions":' || m.reactions::text,
    ',"sentAt":"', wire_time(m.sent_at),
    '","editedAt":"' || wire_time(m.edited_at),
    '","deletedAt":"' || wire_time(m.deleted_at),
    '"}')::json
$$;

CREATE FUNCTION room_json(r rooms) RETURNS json LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT concat(
    '{"id":"', r.id, '","kind":"', r.kind, '","title":', to_json(r.title), ',"topic":', to_json(r.topic),
    ',"ownerId":', coalesce(to_json(r.owner_id)::text, 'null'),
    ',"parent":{"roomId":"' || r.parent_room_id || '","seq":' || r.parent_seq || '}',
    ',"archived":', to_json(r.archived), ',"memberCount":', r.member_count, ',"createdAt":"', wire_time(r.created_at), '"}')::json
$$;

CREATE FUNCTION member_json(m members) RETURNS json LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT concat(
    '{"userId":"', m.user_id, '","role":"', m.role, '","lastRead":', m.last_read, ',"joinedAt":"', wire_time(m.joined_at), '"}')::json
$$;
