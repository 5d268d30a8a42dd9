python3 - <<'PY'
import subprocess,time,urllib.request,os,re
for i in range(3):
    t=time.time()
    p=subprocess.Popen(['../sp','serve','--listen','127.0.0.1:18181'],stderr=subprocess.PIPE)
    while True:
        try:
            urllib.request.urlopen('http://127.0.0.1:18181/healthz').read(); break
        except Exception: time.sleep(0.001)
    print('start ms',(time.time()-t)*1000)
    t=time.time(); urllib.request.urlopen('http://127.0.0.1:18181/').read(); print('home ms',(time.time()-t)*1000)
    s=open('/proc/%d/status'%p.pid).read(); print(re.search(r'VmRSS.*',s).group(0))
    p.terminate(); p.wait()
PY
