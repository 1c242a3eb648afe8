SELECT n.id, n.user_id, n.kind, n.title, n.body, u.email, u.name,
       COALESCE(s.email, 1) AS by_email,
       COALESCE(s.push, 1) AS by_push
FROM notifications n
JOIN users u ON u.id = n.user_id
LEFT JOIN notification_settings s ON s.user_id = n.user_id
WHERE n.id = :notification_id
