from xueqiao.channels.console.program import main

if __name__ == "__main__":
    main()
