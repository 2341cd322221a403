/** What both engines ask of the engagement tables in the same words, with `:name` for a parameter. */

/** What came to be known of events: the user by external id, else by OneSignal's own. */
export const NEW_ENGAGEMENT = `
  SELECT e.*, m.name AS message_name,
         coalesce((SELECT key FROM users WHERE key = e.external_id),
                  (SELECT min(key) FROM users WHERE onesignal_id = e.onesignal_id)) AS known_key
  FROM engagement e LEFT JOIN messages m ON m.id = e.message_id
  WHERE e.is_new = 1 ORDER BY e.received_at, e.id LIMIT :limit`;

/** By the messages, which are few. */
export const CAME_AT = 'SELECT max(seen_at) AS at FROM messages';

export const NEW_MOVES = `
  SELECT s.*, r.user_key FROM stage_moves s LEFT JOIN records r ON r.record_id = s.record_id
  WHERE s.is_new = 1 ORDER BY s.record_id, s.at LIMIT :limit`;

export const PENDING_ENGAGEMENT = `
  SELECT w.*, u.opens, u.clicks, u.last_at, coalesce(m.name, u.last_message_id) AS last_message,
         coalesce(i.name, w.influenced_by) AS influenced_by_label,
         CASE WHEN u.unsubscribed_at > w.unsubscribed_told_at THEN u.unsubscribed_at END AS unsubscribed_at,
         CASE WHEN u.email_ended_at > w.email_ended_told_at THEN u.email_ended_at END AS email_ended_at
  FROM engagement_writes w
  JOIN records r ON r.record_id = w.record_id
  LEFT JOIN engaged_users u ON u.key = r.user_key
  LEFT JOIN messages m ON m.id = u.last_message_id
  LEFT JOIN messages i ON i.id = w.influenced_by
  WHERE w.object = :object AND w.not_before IS NOT NULL AND w.not_before <= :until
    AND (w.attempts = 0 OR w.not_before <= :now)
  ORDER BY w.not_before, w.record_id LIMIT :limit`;

/**
 * The stage of a record at a time: that of its last move before, else the one its next move left, else the one it has.
 * A move counts where the message was the last one before it.
 */
export const CONVERSIONS = `
  SELECT object, stage, message_id, name, count(*) AS reached, sum(engaged) AS engaged, sum(moved_on) AS moved_on
  FROM (
    SELECT v.object, t.message_id, m.name, t.engaged,
           coalesce((SELECT s.stage FROM stage_moves s WHERE s.record_id = t.record_id AND s.at <= t.first_at
                     ORDER BY s.at DESC LIMIT 1),
                    (SELECT s.prior_stage FROM stage_moves s WHERE s.record_id = t.record_id AND s.at > t.first_at
                     ORDER BY s.at LIMIT 1),
                    v.stage) AS stage,
           CASE WHEN (SELECT min(s.at) FROM stage_moves s
                      WHERE s.record_id = t.record_id AND s.message_id = t.message_id) IS NULL THEN 0 ELSE 1 END AS moved_on
    FROM (SELECT record_id, message_id, min(at) AS first_at,
                 max(CASE WHEN what IN ('opened', 'clicked') THEN 1 ELSE 0 END) AS engaged
          FROM engagement
          WHERE record_id IS NOT NULL AND message_id IS NOT NULL AND at >= :from
            AND what IN ('sent', 'received', 'opened', 'clicked')
          GROUP BY record_id, message_id) AS t
    JOIN verdicts v ON v.record_id = t.record_id
    LEFT JOIN messages m ON m.id = t.message_id
  ) AS c
  WHERE stage IS NOT NULL
  GROUP BY object, stage, message_id, name`;

export const ENGAGEMENT_OF = `
  SELECT e.at, e.channel, e.what, coalesce(m.name, e.message_id) AS message
  FROM engagement e LEFT JOIN messages m ON m.id = e.message_id
  WHERE e.record_id = :id ORDER BY e.at DESC, e.id LIMIT :limit`;
