-- Runs commands and finds the first that the user may not run. KEYS[1]: a key for them. ARGV: JSON list of commands with arguments, in
-- which KEY stands for the key. Answers the name and the error of that command, or an empty list.
-- Expiry: `SET` gives the key one, in case `DEL` is refused; its content means nothing.
--- @constant KEY
for _, command in ipairs(cjson.decode(ARGV[1])) do
  for i, part in ipairs(command) do
    if part == KEY then command[i] = KEYS[1] end
  end
  local answer = redis.pcall(unpack(command))
  if type(answer) == 'table' and answer.err and not string.find(answer.err, 'WRONGTYPE', 1, true) then
    return {command[1], answer.err}
  end
end
return {}
