#!lua
-- Merge who has viewed posts with who had viewed them before. KEYS: a place for what is merged, then who has viewed each of the posts. ARGV: for
-- each the sketch of who had viewed it before, '' for nobody. Returns for each how many people these are, and their sketch. A sketch that is none,
-- as of another Redis, is left out: then they are counted anew.
local answer = {}
for i = 2, #KEYS do
  if ARGV[i - 1] ~= '' then
    redis.call('SET', KEYS[1], ARGV[i - 1])
    redis.pcall('PFMERGE', KEYS[i], KEYS[1])
    redis.call('DEL', KEYS[1])
  end
  answer[#answer + 1] = redis.call('PFCOUNT', KEYS[i])
  answer[#answer + 1] = redis.call('GET', KEYS[i]) or ''
end
return answer
