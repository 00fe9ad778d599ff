-- Moves in which a desk has something to do are few among all that ever were: found without reading the others.

create index standing_asking on processes.standing using gin ((facts -> 'tasks') jsonb_path_ops)
    where process = 'moving' and facts -> 'tasks' <> '[]';
