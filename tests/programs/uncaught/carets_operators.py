# Carets below subscripts and binary operators, with brackets and blanks in odd places.
import sys
a=None;b=1;c=2
def t0():
    global a,b,c,x,é
    (a)[b]
def t1():
    global a,b,c,x,é
    a[(b)]
def t2():
    global a,b,c,x,é
    a [ b ]
def t3():
    global a,b,c,x,é
    a[b:c]
def t4():
    global a,b,c,x,é
    a[b, c]
def t5():
    global a,b,c,x,é
    a[(b, c)]
def t6():
    global a,b,c,x,é
    (a)[(b)]
def t7():
    global a,b,c,x,é
    ( a ) [ ( b ) ]
def t8():
    global a,b,c,x,é
    a[b ,]
def t9():
    global a,b,c,x,é
    a[ b : ]
def t10():
    global a,b,c,x,é
    a[:]
def t11():
    global a,b,c,x,é
    x = a[b]
def t12():
    global a,b,c,x,é
    é = (a)[ (b) ] 
def t13():
    global a,b,c,x,é
    (a)+b
def t14():
    global a,b,c,x,é
    a+(b)
def t15():
    global a,b,c,x,é
    ( a ) + ( b )
def t16():
    global a,b,c,x,é
    a+b
def t17():
    global a,b,c,x,é
    a//(b)
def t18():
    global a,b,c,x,é
    a @b
def t19():
    global a,b,c,x,é
    (a @ b)
def t20():
    global a,b,c,x,é
    ((a)) @ ((b))
def t21():
    global a,b,c,x,é
    b+(a@b)
def t22():
    global a,b,c,x,é
    f'{a[b]}'
def t23():
    global a,b,c,x,é
    a	[b]
def t24():
    global a,b,c,x,é
    a  [b]
def t25():
    global a,b,c,x,é
    f'{a+b!r:>{c}}'
def t26():
    global a,b,c,x,é
    b if a[b] else 1
def t27():
    global a,b,c,x,é
    a(b)
def t28():
    global a,b,c,x,é
    (a)(b)
def t29():
    global a,b,c,x,é
    a.b(c)[1]
def t30():
    global a,b,c,x,é
    a [b] [c]
def t31():
    global a,b,c,x,é
    x = a + b
def t32():
    global a,b,c,x,é
    (a + b)
def t33():
    global a,b,c,x,é
    -a
def t34():
    global a,b,c,x,é
    -a*b
def t35():
    global a,b,c,x,é
    a**-b
def t36():
    global a,b,c,x,é
    b+a**b
def t37():
    global a,b,c,x,é
    x=(a)  [b]
def t38():
    global a,b,c,x,é
    lambda: 1 + a[b]
def t39():
    global a,b,c,x,é
    [a[i] for i in (1,2)]
def t40():
    global a,b,c,x,é
    a["é"]
def t41():
    global a,b,c,x,é
    a ['x'] # foo
def t42():
    global a,b,c,x,é
    é=1;a[b]
def t43():
    global a,b,c,x,é
    a[b][c] = 5
def t44():
    global a,b,c,x,é
    a[b] += 1
def t45():
    global a,b,c,x,é
    b += a
def t46():
    global a,b,c,x,é
    del a[b]
def t47():
    global a,b,c,x,é
    {}[1] [2]
def t48():
    global a,b,c,x,é
    a[b](c)
def t49():
    global a,b,c,x,é
    a[lambda: (1)]
def t50():
    global a,b,c,x,é
    a[b if c else (b)]
def t51():
    global a,b,c,x,é
    a[...]
def t52():
    global a,b,c,x,é
    a[((b))]
def t53():
    global a,b,c,x,é
    a[((b),)]
for i in range(54):
  try: globals()['t'+str(i)]()
  except BaseException as e:
    sys.excepthook(type(e), e, e.__traceback__)
