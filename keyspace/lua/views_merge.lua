#!lua
-- Merge who has viewed posts with who had viewed them before. KEYS: a place for what is merged, then who has viewed each of the posts. ARGV: for
-- each the sketch of who had viewed it before, '' for nobody. Returns for each how many people these are, and their sketch. A sketch that is none,
-- as of another Redis, is left out: then they are counted anew. Nothing stands there afterwards that did not before: a worker that comes late
-- with a batch that was done would leave its posts' sketches for ever.
local merged, answer = KEYS[1], {}
for i = 2, #KEYS do
  if ARGV[i - 1] ~= '' then
    redis.call('SET', merged, ARGV[i - 1])
    if type(redis.pcall('PFCOUNT', merged)) == 'table' then redis.call('DEL', merged) end
  end
  redis.call('PFMERGE', merged, KEYS[i])
  answer[#answer + 1] = redis.call('PFCOUNT', merged)
  answer[#answer + 1] = redis.call('GET', merged)
  redis.call('DEL', merged)
end
return answer
